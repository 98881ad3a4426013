import { onAbort, type Watch } from './aborts.js';
import { judgeAfter } from './arrived.js';
import { clientOver, rebindClient, type Client } from './client.js';
import { ClientLine } from './client-line.js';
import { reportDropped } from './dropped.js';
import type { Endpoint } from './endpoint.js';
import { Failure } from './failure.js';
import { asFrame, versionFault } from './judge.js';
import { life, onceNamed } from './link.js';
import { checkTimeout, isForActor, type ConnectOptions } from './options.js';
import { later, type WorkingSignal } from './platform.js';
import { part, takeBackParting } from './parting.js';
import { PortDial } from './port-dial.js';
import * as wire from './wire.js';

/** A client that is usable at once: what it sends waits until somebody listens. */
export function connectOver<P, S, R, E>(
  entry: unknown,
  endpoint: Endpoint,
  given: ConnectOptions,
): Client<P, S, R, E> {
  const options = {
    ...given,
    timeout: checkTimeout(entry, given.timeout),
    heartbeat: checkTimeout(entry, given.heartbeat, 'heartbeat'),
  };
  const line = connectLine(endpoint, options);
  const client = clientOver<P, S, R, E>(line);
  if (options.reconnect === true) reconnect(new WeakRef(client), line, endpoint, options);
  return client;
}

/** Whenever a line that stood is lost, and not closed here, the client goes on by a new one. */
function reconnect(
  client: WeakRef<Client<never, never, unknown, unknown>>,
  line: ClientLine,
  endpoint: Endpoint,
  options: ConnectOptions,
): void {
  void line.fate.closed.then(({ code }) => {
    const handle = client.deref();
    if (handle === undefined || !line.fate.greeted || code !== 'ServerDisappeared') return;
    const next = connectLine(endpoint, options, line.carriers.first.peer);
    rebindClient(handle, next);
    reconnect(client, next, endpoint, options);
  });
}

/** Where this agent starts actors: other clients of theirs may come from here as well. */
const spawned = new WeakSet<Endpoint>();

/** Why a client cannot come by what was announced. Older versions do not say what they are. */
function faultIn(heard: wire.Signal, actor: boolean, endpoint: Endpoint): Failure | undefined {
  const [, version, kind, , , isActor] = heard;
  if (version !== wire.VERSION) return new Failure('Protocol', versionFault(version));
  if (kind !== wire.ANNOUNCE) return undefined;
  if (isActor === false && actor) {
    return new Failure(
      'NotSupported',
      'the thread calls listen(): use connect(), or call serveWorker() there',
    );
  }
  if (isActor === true && !spawned.has(endpoint)) {
    return new Failure(
      'NotSupported',
      'the thread calls serveWorker(): use spawnWorker(), or call listen() there',
    );
  }
  return undefined;
}

/** Milliseconds until the second knock, and at most between two. */
const FIRST_PAUSE = 25;
const LONGEST_PAUSE = 1000;

/**
 * The listener is heard, then the server, and each may take more than one turn of this thread's
 * event loop.
 */
const TURNS = 4;

/** `former`: the life of the agent whose server was lost. */
function connectLine(endpoint: Endpoint, options: ConnectOptions, former?: string): ClientLine {
  const { name = '', onDropped, timeout, heartbeat } = options;
  const actor = isForActor(options);
  const signal = options.signal as WorkingSignal | undefined;
  takeBackParting(endpoint, name);
  if (actor) spawned.add(endpoint);
  const dial = endpoint.dial?.() ?? new PortDial(endpoint);
  const line = new ClientLine(dial.link, undefined, onDropped, heartbeat);
  line.endpoint = endpoint;
  /** Who listened when the line was opened. */
  let listener: unknown;

  const fail = (failure: Failure): void => {
    dial.abandon(unsent);
    line.fail(failure);
  };
  const unsent = (data: unknown): void => {
    const frame = asFrame(data, wire.SERVER);
    if (frame !== undefined) reportDropped(onDropped, frame);
  };
  /** While the line waits for the next server, only a lock may tell that its thread has died. */
  let stopMinding: (() => void) | undefined;
  const mind = (agent: unknown): void => {
    // In a window, or for a service worker, another agent may take its place.
    if (typeof agent !== 'string' || endpoint.knocksAgain === true) return;
    stopMinding?.();
    stopMinding = life()?.watch(agent, () => {
      if (dial.waits) fail(new Failure('ServerDisappeared'));
    });
  };
  const faultOf = (heard: wire.Signal): Failure | undefined => faultIn(heard, actor, endpoint);

  const stopListening = endpoint.listen({
    signal: (heard) => {
      const [, , kind, to, agent] = heard;
      if (kind !== wire.ANNOUNCE && kind !== wire.CLOSED) return;
      if (!dial.waits) {
        // Once the line is open, it alone tells (nothing orders the two), unless another agent is
        // there now.
        if (to === name && agent !== listener) line.firstDied(new Failure('ServerDisappeared'));
        return;
      }
      // The channel by which an actor is started is never announced where there is no actor.
      if (to !== name && !(actor && to === '')) return;
      const fault = faultOf(heard);
      if (fault !== undefined) fail(fault);
      else if (to !== name) return;
      else if (kind === wire.ANNOUNCE) {
        listener = agent;
        dial.open(
          name,
          (frame, cause) => {
            line.notSent(frame, cause);
          },
          typeof agent === 'string' ? agent : undefined,
        );
        if (typeof agent === 'string') line.watch(agent);
      } else if (options.reconnect === true) mind(agent);
      else fail(new Failure('ServerDisappeared'));
    },
    dead: ({ code, message, cause }) => {
      const failure = new Failure(code, message, { cause });
      if (dial.waits) fail(failure);
      else line.firstDied(failure);
    },
    heard: () => line.fate.told,
  });

  /** A server that comes later shall know that this client was there. */
  const leave = (): void => {
    if (dial.waits) part(endpoint, name, (heard) => faultOf(heard) === undefined);
  };
  // A client that is closed or forgotten meanwhile still has its requests to settle.
  const giveUp = (failure: Failure): void => {
    if (line.fate.greeted) return;
    leave();
    fail(failure);
  };
  let watch: Watch | undefined;
  const aborted = (cause: unknown): void => {
    giveUp(new Failure('Aborted', undefined, { cause }));
  };
  const stopTimer =
    timeout === undefined
      ? undefined
      : judgeAfter(timeout, TURNS, () => {
          giveUp(new Failure('Timeout', 'the server did not take the client up'));
        });
  const stopWatching = (): void => {
    watch?.stop();
    stopTimer?.();
  };
  line.fate.connected.then(stopWatching, () => undefined);
  let finished = false;
  line.onFinished = () => {
    finished = true;
    leave();
    stopMinding?.();
    stopWatching();
    stopListening();
    dial.abandon(unsent);
  };

  const knock = (pause: number): void => {
    endpoint.send(wire.signal(wire.KNOCK, name, life()?.name));
    if (endpoint.knocksAgain !== true) return;
    later(pause, () => {
      // Also once the line was opened: it is lost if the page there has gone before it took it up.
      if (!line.fate.greeted && !finished) knock(Math.min(2 * pause, LONGEST_PAUSE));
    });
  };

  mind(former);
  endpoint.release?.();
  if (signal?.aborted === true) aborted(signal.reason);
  else {
    if (line.fate.down === undefined) watch = signal && onAbort(signal, { aborted });
    // Not from a page that is leaving: an answer would keep it from coming back.
    onceNamed(() => {
      if (dial.waits) knock(FIRST_PAUSE);
    });
  }
  return line;
}
