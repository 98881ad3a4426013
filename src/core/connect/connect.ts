import { onAbort, type AbortWatch } from '../support/abort-watch.js';
import { startDeadline } from '../transport/deadlines.js';
import { createClient, rebindClient, type Client } from '../client/client.js';
import { Session } from '../client/session.js';
import { reportUndelivered } from '../transport/undelivered.js';
import type { Endpoint } from './endpoint.js';
import { Failure } from '../support/failure.js';
import { parseFrame, versionMismatch } from '../protocol/validate.js';
import { liveness, onceIdentified } from '../transport/driver.js';
import { checkTimeout, isForActor, type ConnectOptions } from '../options.js';
import { perThread } from '../support/per-thread.js';
import { later, type WorkingSignal } from '../support/platform.js';
import { sayLateGoodbye, cancelLateGoodbye } from './late-goodbye.js';
import { PendingPort } from './pending-port.js';
import * as frames from '../protocol/frames.js';

/** A client that is usable at once: what it sends waits until somebody listens. */
export function connectThrough<P, S, R, E>(
  stackStartFn: unknown,
  endpoint: Endpoint,
  given: ConnectOptions,
): Client<P, S, R, E> {
  const options = {
    ...given,
    timeout: checkTimeout(stackStartFn, given.timeout),
    heartbeat: checkTimeout(stackStartFn, given.heartbeat, 'heartbeat'),
  };
  const session = connectSession(endpoint, options);
  const client = createClient<P, S, R, E>(session);
  if (options.reconnect === true) reconnect(new WeakRef(client), session, endpoint, options);
  return client;
}

/** Whenever a line that stood is lost, and not closed here, the client goes on by a new one. */
function reconnect(
  client: WeakRef<Client<never, never, unknown, unknown>>,
  session: Session,
  endpoint: Endpoint,
  options: ConnectOptions,
): void {
  void session.state.closed.then(({ code }) => {
    const handle = client.deref();
    if (handle === undefined || !session.state.isConnected || code !== 'ServerDisappeared') return;
    const next = connectSession(endpoint, options, session.connections.first.peerId);
    rebindClient(handle, next);
    reconnect(client, next, endpoint, options);
  });
}

/** Where this agent starts actors: other clients of theirs may come from here as well. */
const spawned = perThread(() => new WeakSet<Endpoint>());

/** Why a client cannot come by what was announced. Older versions do not say what they are. */
function handshakeFailure(
  heard: frames.HandshakeMessage,
  actor: boolean,
  endpoint: Endpoint,
): Failure | undefined {
  const [, version, kind, , , isActor] = heard;
  if (version !== frames.VERSION) return new Failure('Protocol', versionMismatch(version));
  if (kind !== frames.ANNOUNCE) return undefined;
  if (isActor === false && actor) {
    return new Failure(
      'NotSupported',
      'the thread calls listen(): use connect(), or call serveWorker() there',
    );
  }
  if (isActor === true && !spawned().has(endpoint)) {
    return new Failure(
      'NotSupported',
      'the thread calls serveWorker(): use spawnWorker(), or call listen() there',
    );
  }
  return undefined;
}

/** Milliseconds until the second knock, and at most between two. */
const FIRST_PAUSE_MS = 25;
const MAX_PAUSE_MS = 1000;

/**
 * The listener is heard, then the server, and each may take more than one turn of this thread's
 * event loop.
 */
const MIN_TURNS = 4;

/** `former`: the life of the agent whose server was lost. */
function connectSession(endpoint: Endpoint, options: ConnectOptions, former?: string): Session {
  const { name = '', onDropped, timeout, heartbeat } = options;
  const actor = isForActor(options);
  const signal = options.signal as WorkingSignal | undefined;
  cancelLateGoodbye(endpoint, name);
  if (actor) spawned().add(endpoint);
  const pending = endpoint.createPending?.() ?? new PendingPort(endpoint);
  const session = new Session(pending.transport, undefined, onDropped, heartbeat);
  session.endpoint = endpoint;
  /** Who listened when the line was opened. */
  let listener: unknown;

  const fail = (failure: Failure): void => {
    pending.abort(unsent);
    session.fail(failure);
  };
  const unsent = (data: unknown): void => {
    const frame = parseFrame(data, frames.SERVER);
    if (frame !== undefined) reportUndelivered(onDropped, frame);
  };
  /** While the line waits for the next server, only a lock may tell that its thread has died. */
  let stopMinding: (() => void) | undefined;
  const mind = (agent: unknown): void => {
    // In a window, or for a service worker, another agent may take its place.
    if (typeof agent !== 'string' || endpoint.repeatsKnock === true) return;
    stopMinding?.();
    stopMinding = liveness()?.watch(agent, () => {
      if (pending.isPending) fail(new Failure('ServerDisappeared'));
    });
  };
  const faultOf = (heard: frames.HandshakeMessage): Failure | undefined =>
    handshakeFailure(heard, actor, endpoint);

  const stopListening = endpoint.listen({
    onHandshake: (heard) => {
      const [, , kind, to, agent] = heard;
      if (kind !== frames.ANNOUNCE && kind !== frames.CLOSED) return;
      if (!pending.isPending) {
        // Once the line is open, it alone tells (nothing orders the two), unless another agent is
        // there now.
        if (to === name && agent !== listener) session.hostDied(new Failure('ServerDisappeared'));
        return;
      }
      // The channel by which an actor is started is never announced where there is no actor.
      if (to !== name && !(actor && to === '')) return;
      const fault = faultOf(heard);
      if (fault !== undefined) fail(fault);
      else if (to !== name) return;
      else if (kind === frames.ANNOUNCE) {
        listener = agent;
        pending.open(
          name,
          (frame, cause) => {
            session.notSent(frame, cause);
          },
          typeof agent === 'string' ? agent : undefined,
        );
        if (typeof agent === 'string') session.watchHost(agent);
      } else if (options.reconnect === true) mind(agent);
      else fail(new Failure('ServerDisappeared'));
    },
    onDeath: ({ code, message, cause }) => {
      const failure = new Failure(code, message, { cause });
      if (pending.isPending) fail(failure);
      else session.hostDied(failure);
    },
    isReported: () => session.state.isReported,
  });

  /** A server that comes later shall know that this client was there. */
  const leave = (): void => {
    if (pending.isPending) sayLateGoodbye(endpoint, name, (heard) => faultOf(heard) === undefined);
  };
  // A client that is closed or forgotten meanwhile still has its requests to settle.
  const giveUp = (failure: Failure): void => {
    if (session.state.isConnected) return;
    leave();
    fail(failure);
  };
  let watch: AbortWatch | undefined;
  const aborted = (cause: unknown): void => {
    giveUp(new Failure('Aborted', undefined, { cause }));
  };
  const stopTimer =
    timeout === undefined
      ? undefined
      : startDeadline(timeout, MIN_TURNS, () => {
          giveUp(new Failure('Timeout', 'the server did not take the client up'));
        });
  const stopWatching = (): void => {
    watch?.stop();
    stopTimer?.();
  };
  session.state.connected.then(stopWatching, () => undefined);
  let finished = false;
  session.onFinished = () => {
    finished = true;
    leave();
    stopMinding?.();
    stopWatching();
    stopListening();
    pending.abort(unsent);
  };

  const knock = (pause: number): void => {
    endpoint.send(frames.handshake(frames.KNOCK, name, liveness()?.agentId));
    if (endpoint.repeatsKnock !== true) return;
    later(pause, () => {
      // Also once the line was opened: it is lost if the page there has gone before it took it up.
      if (!session.state.isConnected && !finished) knock(Math.min(2 * pause, MAX_PAUSE_MS));
    });
  };

  mind(former);
  endpoint.unrefThread?.();
  if (signal?.aborted === true) aborted(signal.reason);
  else {
    if (session.state.closeReason === undefined) watch = signal && onAbort(signal, { aborted });
    // Not from a page that is leaving: an answer would keep it from coming back.
    onceIdentified(() => {
      if (pending.isPending) knock(FIRST_PAUSE_MS);
    });
  }
  return session;
}
