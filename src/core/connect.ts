import { clientOver, rebindClient, type Client } from './client.js';
import { ClientLine } from './client-line.js';
import { reportDropped } from './dropped.js';
import type { Endpoint } from './endpoint.js';
import { Failure } from './failure.js';
import { asFrame, versionFault } from './judge.js';
import { life } from './link.js';
import { checkTimeout, type ConnectOptions } from './options.js';
import { globals, later, type WorkingSignal } from './platform.js';
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
    const next = connectLine(endpoint, options);
    rebindClient(handle, next);
    reconnect(client, next, endpoint, options);
  });
}

/** Milliseconds until the second knock, and at most between two. */
const FIRST_PAUSE = 25;
const LONGEST_PAUSE = 1000;

function connectLine(endpoint: Endpoint, options: ConnectOptions): ClientLine {
  const { name = '', onDropped, timeout, heartbeat } = options;
  const signal = options.signal as WorkingSignal | undefined;
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

  const stopListening = endpoint.listen({
    signal: ([, version, kind, to, life]) => {
      if (to !== name || (kind !== wire.ANNOUNCE && kind !== wire.CLOSED)) return;
      if (version !== wire.VERSION) fail(new Failure('Protocol', versionFault(version)));
      else if (!dial.waits) {
        // Once the line is open, it alone tells (nothing orders the two), unless another agent is there now.
        if (life !== listener) line.firstDied(new Failure('ServerDisappeared'));
      } else if (kind === wire.CLOSED) fail(new Failure('ServerDisappeared'));
      else {
        listener = life;
        dial.open(name);
        if (typeof life === 'string') line.watch(life);
      }
    },
    dead: ({ code, message, cause }) => {
      const failure = new Failure(code, message, { cause });
      if (dial.waits) fail(failure);
      else line.firstDied(failure);
    },
    heard: () => line.fate.told,
  });

  // A client that is closed or forgotten meanwhile still has its requests to settle.
  const giveUp = (failure: Failure): void => {
    if (!line.fate.greeted) fail(failure);
  };
  const onAbort = {
    handleEvent: (): void => {
      giveUp(new Failure('Aborted', undefined, { cause: signal?.reason }));
    },
  };
  const timer =
    timeout === undefined
      ? undefined
      : later(timeout, () => {
          giveUp(new Failure('Timeout', 'the server did not take the client up'));
        });
  const stopWatching = (): void => {
    signal?.removeEventListener('abort', onAbort);
    globals.clearTimeout(timer);
  };
  line.fate.connected.then(stopWatching, () => undefined);
  line.onFinished = () => {
    stopWatching();
    stopListening();
    dial.abandon(unsent);
  };

  const knock = (pause: number): void => {
    if (!dial.waits) return;
    endpoint.send(wire.signal(wire.KNOCK, name));
    if (endpoint.knocksAgain === true) {
      later(pause, () => {
        knock(Math.min(2 * pause, LONGEST_PAUSE));
      });
    }
  };

  endpoint.release?.();
  signal?.addEventListener('abort', onAbort);
  const own = life();
  if (signal?.aborted === true) onAbort.handleEvent();
  else if (own === undefined) knock(FIRST_PAUSE);
  // Not from a page that is leaving: an answer would keep it from coming back.
  else
    void own.named.then(() => {
      knock(FIRST_PAUSE);
    });
  return line;
}
