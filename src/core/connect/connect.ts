/**
 * connect(): from the first KNOCK until the server has accepted the client. What the client sends
 * meanwhile waits in a pending transport.
 *
 *   knocking ──ANNOUNCE──► opened ──the server's HELLO──► connected
 *       │                    │                                │
 *       └────────────────────┴───────────────┬────────────────┘
 *                                            │  failed (CLOSED, death, timeout, signal),
 *                                            │  or the session is finished
 *                                            ▼
 *                                          ended
 */
import { onAbort, type Abortable, type AbortWatch } from '../support/abort-watch.js';
import { startDeadline } from '../transport/deadlines.js';
import { createClient, rebindClient, type Client } from '../client/client.js';
import { Session, type SessionCreator } from '../client/session.js';
import type { UmpError } from '../errors.js';
import { reportUndelivered } from '../transport/undelivered.js';
import type { Endpoint, HandshakeListener, PendingTransport } from './endpoint.js';
import { Failure } from '../support/failure.js';
import { parseFrame, versionMismatch } from '../protocol/validate.js';
import { liveness, onceIdentified } from '../transport/driver.js';
import { checkTimeout, isForActor, type ConnectOptions } from '../options.js';
import { perThread } from '../support/per-thread.js';
import { later, type WorkingSignal } from '../support/platform.js';
import { sayLateGoodbye, cancelLateGoodbye } from './late-goodbye.js';
import { PendingPort } from './pending-port.js';
import * as frames from '../protocol/frames.js';

/** A client that is usable at once: what it sends waits until the server listens. */
export function connectThrough<P, S, R, E>(
  stackStartFn: unknown,
  endpoint: Endpoint,
  unchecked: ConnectOptions,
): Client<P, S, R, E> {
  const options = {
    ...unchecked,
    timeout: checkTimeout(stackStartFn, unchecked.timeout),
    heartbeat: checkTimeout(stackStartFn, unchecked.heartbeat, 'heartbeat'),
  };
  const attempt = new ConnectAttempt(endpoint, options);
  const { session } = attempt;
  attempt.start();
  const client = createClient<P, S, R, E>(session);
  if (options.reconnect === true) reconnect(new WeakRef(client), session, endpoint, options);
  return client;
}

/** Whenever a connected session loses its server, its client continues with a new session. */
function reconnect(
  client: WeakRef<Client<never, never, unknown, unknown>>,
  session: Session,
  endpoint: Endpoint,
  options: ConnectOptions,
): void {
  void session.state.closed.then(({ code }) => {
    const handle = client.deref();
    if (handle === undefined || !session.state.wasConnected || code !== 'ServerDisappeared') return;
    const attempt = new ConnectAttempt(endpoint, options);
    attempt.start(session.connections.first.peerId);
    rebindClient(handle, attempt.session);
    reconnect(client, attempt.session, endpoint, options);
  });
}

/** Endpoints where this agent has started actors: further clients of these may come from here. */
const spawned = perThread(() => new WeakSet<Endpoint>());

/** Why a client cannot connect to what has announced itself. Older versions omit `isActor`. */
function handshakeFailure(
  handshake: frames.HandshakeMessage,
  wantsActor: boolean,
  endpoint: Endpoint,
): Failure | undefined {
  const [, version, kind, , , isActor] = handshake;
  if (version !== frames.VERSION) return new Failure('Protocol', versionMismatch(version));
  if (kind !== frames.ANNOUNCE) return undefined;
  if (isActor === false && wantsActor) {
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

/** The pause between two knocks doubles from one to the other. */
const FIRST_PAUSE_MS = 25;
const MAX_PAUSE_MS = 1000;

/**
 * ANNOUNCE and then HELLO must be read before the timeout counts, and each may take more than one
 * turn of this thread's event loop.
 */
const MIN_TURNS = 4;

class ConnectAttempt implements HandshakeListener, SessionCreator, Abortable {
  readonly session: Session;
  readonly #endpoint: Endpoint;
  readonly #options: ConnectOptions;
  readonly #name: string;
  readonly #wantsActor: boolean;
  readonly #transport: PendingTransport;
  #state: 'knocking' | 'opened' | 'connected' | 'ended' = 'knocking';
  /** The id of the agent that had announced itself when the transport was opened. */
  #listenerId: unknown = undefined;
  #stopListening: (() => void) | undefined = undefined;
  #stopWatchingHost: (() => void) | undefined = undefined;
  #stopTimer: (() => void) | undefined = undefined;
  #abortWatch: AbortWatch | undefined = undefined;

  constructor(endpoint: Endpoint, options: ConnectOptions) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.#name = options.name ?? '';
    this.#wantsActor = isForActor(options);
    this.#transport = endpoint.createPending?.() ?? new PendingPort(endpoint);
    this.session = new Session(this.#transport.transport, options, this);
  }

  /** `lastHost`: the id of the agent whose server was lost, if this is a new attempt. */
  start(lastHost?: string): void {
    const { timeout } = this.#options;
    const signal = this.#options.signal as WorkingSignal | undefined;
    cancelLateGoodbye(this.#endpoint, this.#name);
    if (this.#wantsActor) spawned().add(this.#endpoint);
    this.session.start();
    this.#stopListening = this.#endpoint.listen(this);
    if (timeout !== undefined) {
      this.#stopTimer = startDeadline(timeout, MIN_TURNS, () => {
        this.#giveUp(new Failure('Timeout', 'the server did not accept the client in time'));
      });
    }
    this.#watchHost(lastHost);
    this.#endpoint.unrefThread?.();
    if (signal?.aborted === true) this.aborted(signal.reason);
    else {
      if (this.#state !== 'ended') this.#abortWatch = signal && onAbort(signal, this);
      // Checked again once the id is known: the page may be leaving by then, and an answer to its
      // KNOCK would keep the browser from restoring the page later.
      onceIdentified(() => {
        if (this.#state === 'knocking') this.#knock(FIRST_PAUSE_MS);
      });
    }
  }

  #knock(pauseMs: number): void {
    this.#endpoint.send(frames.handshake(frames.KNOCK, this.#name, liveness()?.agentId));
    if (this.#endpoint.repeatsKnock !== true) return;
    later(pauseMs, () => {
      // An opened transport is lost if the page there was replaced before it had accepted it.
      if (this.#state === 'knocking' || this.#state === 'opened') {
        this.#knock(Math.min(2 * pauseMs, MAX_PAUSE_MS));
      }
    });
  }

  // ── what the endpoint reports ──────────────────────────────────────────────────────────────────

  onHandshake(handshake: frames.HandshakeMessage): void {
    const [, , kind, name, agentId] = handshake;
    if (kind !== frames.ANNOUNCE && kind !== frames.CLOSED) return;
    if (this.#state !== 'knocking') {
      // From OPEN on the connection itself reports its end, because endpoint messages are not
      // ordered with it. Only an ANNOUNCE of another agent means that the old one is gone.
      if (name === this.#name && agentId !== this.#listenerId) {
        this.session.hostDied(new Failure('ServerDisappeared'));
      }
      return;
    }
    // A thread without an actor never announces the actor's name. There, the server with the
    // default name answers.
    if (name !== this.#name && !(this.#wantsActor && name === '')) return;
    const failure = this.#failureOf(handshake);
    if (failure !== undefined) this.#fail(failure);
    else if (name !== this.#name) return;
    else if (kind === frames.ANNOUNCE) this.#open(agentId);
    else if (this.#options.reconnect === true) this.#watchHost(agentId);
    else this.#fail(new Failure('ServerDisappeared'));
  }

  #failureOf(handshake: frames.HandshakeMessage): Failure | undefined {
    return handshakeFailure(handshake, this.#wantsActor, this.#endpoint);
  }

  #open(agentId: unknown): void {
    const hostId = typeof agentId === 'string' ? agentId : undefined;
    this.#state = 'opened';
    this.#listenerId = agentId;
    this.#transport.open(
      this.#name,
      (frame, cause) => {
        this.session.notSent(frame, cause);
      },
      hostId,
    );
    if (hostId !== undefined) this.session.watchHost(hostId);
  }

  /**
   * After a reconnecting client has lost its server, and before the next one listens, only liveness
   * reports the death of the agent that is to listen.
   */
  #watchHost(agentId: unknown): void {
    // In a window, or for a service worker, another agent may take its place.
    if (typeof agentId !== 'string' || this.#endpoint.repeatsKnock === true) return;
    this.#stopWatchingHost?.();
    this.#stopWatchingHost = liveness()?.watch(agentId, () => {
      if (this.#state === 'knocking') this.#fail(new Failure('ServerDisappeared'));
    });
  }

  onDeath({ code, message, cause }: UmpError): void {
    const failure = new Failure(code, message, { cause });
    if (this.#state === 'knocking') this.#fail(failure);
    else this.session.hostDied(failure);
  }

  isReported(): boolean {
    return this.session.state.isReported;
  }

  // ── what the session reports ───────────────────────────────────────────────────────────────────

  onConnected(): void {
    this.#state = 'connected';
    this.#stopWaiting();
  }

  reportExitReason(done: () => void): void {
    if (this.#endpoint.reportExitReason === undefined) done();
    else this.#endpoint.reportExitReason(done);
  }

  onFinished(): void {
    this.#sayGoodbye();
    this.#state = 'ended';
    this.#stopWatchingHost?.();
    this.#stopWaiting();
    this.#stopListening?.();
    this.#abortTransport();
  }

  // ── giving up ──────────────────────────────────────────────────────────────────────────────────

  aborted(cause: unknown): void {
    this.#giveUp(new Failure('Aborted', undefined, { cause }));
  }

  /** This applies to a closed client as well, because its requests may still be pending. */
  #giveUp(failure: Failure): void {
    if (this.#state === 'connected') return;
    this.#sayGoodbye();
    this.#fail(failure);
  }

  /** A server that listens later must learn that this client has come and gone. */
  #sayGoodbye(): void {
    if (this.#state !== 'knocking') return;
    sayLateGoodbye(
      this.#endpoint,
      this.#name,
      (handshake) => this.#failureOf(handshake) === undefined,
    );
  }

  #fail(failure: Failure): void {
    this.#state = 'ended';
    this.#abortTransport();
    this.session.fail(failure);
  }

  #abortTransport(): void {
    this.#transport.abort((data) => {
      const frame = parseFrame(data, frames.SERVER);
      if (frame !== undefined) reportUndelivered(this.#options.onDropped, frame);
    });
  }

  #stopWaiting(): void {
    this.#abortWatch?.stop();
    this.#stopTimer?.();
  }
}
