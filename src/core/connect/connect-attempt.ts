/**
 * One attempt of connect(): from the first KNOCK until the server has accepted the client. What the
 * client sends meanwhile waits in a pending transport.
 *
 *   knocking ──ANNOUNCE──► opened ──the server's HELLO──► connected
 *       │                    │                                │
 *       └────────────────────┴───────────────┬────────────────┘
 *                                            │  failed (CLOSED, death, timeout, signal),
 *                                            │  or the session is closed
 *                                            ▼
 *                                          closed
 */
import type { UmpError } from '../errors.js';
import { Session, type SessionCreator } from '../client/session.js';
import { isForActor, type ConnectOptions, type TransportOptions } from '../options.js';
import * as frames from '../protocol/frames.js';
import { parseFrame, versionError } from '../protocol/validate.js';
import { onAbort, type Abortable } from '../support/abort-watch.js';
import { abortedFailure, Failure } from '../support/failure.js';
import { applicationTimer, hasFakeTimers, realTimer } from '../support/natives.js';
import { perThread } from '../support/per-thread.js';
import type { WorkingSignal } from '../support/platform.js';
import { startDeadline } from '../transport/deadlines.js';
import { liveness, onceIdentified } from '../transport/driver.js';
import { carriedBy } from '../transport/lane.js';
import { reportUndelivered } from '../transport/undelivered.js';
import type { EndpointAdapter, HandshakeListener, PendingTransport } from './endpoint.js';
import { cancelLateGoodbye, sayLateGoodbye } from './late-goodbye.js';

/**
 * The endpoints that spawnWorker() uses in this agent. Through these, connect() may reach an actor,
 * too.
 */
const spawned = perThread(() => new WeakSet<EndpointAdapter>());

/** The pause between two KNOCKs begins with the first value and doubles up to the second. */
const FIRST_KNOCK_PAUSE_MS = 25;
const MAX_KNOCK_PAUSE_MS = 1000;

/**
 * A timeout expires only after this number of turns of the event loop: ANNOUNCE and HELLO may each
 * need more than one.
 */
const MIN_HANDSHAKE_TURNS = 4;

/** The options of connect(), checked. */
export type AttemptOptions = ConnectOptions & TransportOptions;

export class ConnectAttempt implements HandshakeListener, SessionCreator, Abortable {
  readonly session: Session;
  readonly names: readonly string[];
  readonly #endpoint: EndpointAdapter;
  readonly #options: AttemptOptions;
  readonly #name: string;
  readonly #wantsActor: boolean;
  readonly #transport: PendingTransport;
  #state: 'knocking' | 'opened' | 'connected' | 'closed' = 'knocking';
  /** The id of the agent that had announced itself when the transport was opened. */
  #listenerId: unknown;
  #stopListening: (() => void) | undefined;
  #stopWatchingHost: (() => void) | undefined;
  /** Stop the timer and the watch on the signal, where there are any. */
  readonly #stopWaiting: (() => void)[] = [];

  constructor(endpoint: EndpointAdapter, options: AttemptOptions, transport: PendingTransport) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.#name = options.name ?? '';
    this.#wantsActor = isForActor(options);
    // A thread without an actor never announces the actor's name. There, the server with the
    // default name answers.
    this.names = this.#wantsActor ? [this.#name, ''] : [this.#name];
    this.#transport = transport;
    const { onDropped, heartbeat, spin, lane } = options;
    const settings = { onDropped, transportOptions: { heartbeat, spin, lane } };
    this.session = new Session(carriedBy(lane, transport.transport, true), settings, this);
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
      const expired = (): void => {
        const message = `the server did not accept the client within ${String(timeout)} ms`;
        this.#giveUp(new Failure('Timeout', message));
      };
      // Fake timers advance without turns of the event loop.
      const stop = hasFakeTimers()
        ? startDeadline(timeout, 1, expired, false, applicationTimer)
        : startDeadline(timeout, MIN_HANDSHAKE_TURNS, expired);
      this.#stopWaiting.push(stop);
    }
    this.#watchHost(lastHost);
    this.#endpoint.unrefThread?.();
    if (signal?.aborted === true) this.aborted(signal.reason);
    else {
      if (signal && this.#state !== 'closed') this.#stopWaiting.push(onAbort(signal, this));
      // Checked again once the id is known: the page may be leaving by then, and an answer to its
      // KNOCK would keep the browser from restoring the page later.
      onceIdentified(() => {
        if (this.#state === 'knocking') this.#knock(FIRST_KNOCK_PAUSE_MS);
      });
    }
  }

  #knock(pauseMs: number): void {
    this.#endpoint.send(frames.handshake(frames.KNOCK, this.#name, liveness()?.agentId));
    if (this.#endpoint.repeatsKnock !== true) return;
    realTimer(pauseMs, () => {
      // An opened transport is lost if the page there was replaced before it had accepted it.
      if (this.#state === 'knocking' || this.#state === 'opened') {
        this.#knock(Math.min(2 * pauseMs, MAX_KNOCK_PAUSE_MS));
      }
    });
  }

  // ── what the endpoint reports ──────────────────────────────────────────────────────────────────

  onHandshake(handshake: frames.HandshakeMessage): void {
    const [, , kind, name, agentId] = handshake;
    if (kind !== frames.ANNOUNCE && kind !== frames.CLOSED) return;
    if (this.#state !== 'knocking') {
      // From OPEN on the connection itself reports its end, because endpoint messages are not
      // ordered with it. Only a message of another agent means that the old one is gone.
      if (name === this.#name && agentId !== this.#listenerId) {
        this.session.hostDied(new Failure('ServerDisappeared'));
      }
      return;
    }
    const failure = this.#failureOf(handshake);
    if (failure !== undefined) this.#fail(failure);
    else if (name !== this.#name) return;
    else if (kind === frames.ANNOUNCE) this.#open(agentId);
    else if (this.#options.reconnect === true) this.#watchHost(agentId);
    else this.#fail(new Failure('ServerDisappeared'));
  }

  /** Why this client cannot connect to the sender. Older versions omit `isActor`. */
  #failureOf([, version, kind, , , isActor]: frames.HandshakeMessage): Failure | undefined {
    const error = versionError(version);
    if (error !== undefined) return new Failure('Protocol', error);
    if (kind !== frames.ANNOUNCE) return undefined;
    if (isActor === false && this.#wantsActor) {
      return new Failure(
        'NotSupported',
        'the thread calls listen(): use connect(), or call serveWorker() there',
      );
    }
    if (isActor === true && !spawned().has(this.#endpoint)) {
      return new Failure(
        'NotSupported',
        'the thread calls serveWorker(): use spawnWorker(), or call listen() there',
      );
    }
    return undefined;
  }

  #open(agentId: unknown): void {
    // The page that has announced itself is gone; the next one will answer a later KNOCK.
    if (this.#endpoint.isReachable === false) return;
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
    for (const stop of this.#stopWaiting) stop();
  }

  reportExitReason(done: () => void): void {
    if (this.#endpoint.reportExitReason === undefined) done();
    else this.#endpoint.reportExitReason(done);
  }

  onClosed(): void {
    this.#sayGoodbye();
    this.#state = 'closed';
    this.#stopWatchingHost?.();
    for (const stop of this.#stopWaiting) stop();
    this.#stopListening?.();
    this.#abortTransport();
  }

  // ── giving up ──────────────────────────────────────────────────────────────────────────────────

  aborted(cause: unknown): void {
    this.#giveUp(abortedFailure(cause));
  }

  /** This also ends an attempt after `client.close()`: its requests may still be pending. */
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
    this.#state = 'closed';
    this.#abortTransport();
    this.session.endFirstConnection(failure);
  }

  #abortTransport(): void {
    this.#transport.abort((data) => {
      const frame = parseFrame(data, frames.SERVER);
      if (frame !== undefined) reportUndelivered(this.#options.onDropped, frame);
    });
  }
}
