/**
 * What stands behind a Client: a logical conversation with one server, over one connection or, when
 * the server migrates, over several. session-state.ts shows its states.
 */
import { afterArrived } from '../transport/deadlines.js';
import type { ClientConnection, ConnectionOwner } from './client-connection.js';
import { ConnectionChain } from './connection-chain.js';
import { reportUndelivered } from '../transport/undelivered.js';
import type { UmpError } from '../errors.js';
import { Failure } from '../support/failure.js';
import { SessionState } from './session-state.js';
import { cancelFinalization, type Finalizable } from '../support/finalization.js';
import { unsendableFailure } from './held-message.js';
import { LoopRefCount } from '../support/loop-ref.js';
import type { Transport } from '../transport/transport.js';
import { openTransport } from '../transport/driver.js';
import { carriedBy } from '../transport/lane.js';
import { claimPort, createPeerChannel } from '../transport/ports.js';
import {
  checkTransportOptions,
  type LaneOptions,
  type OnDropped,
  type SendOptions,
  type TransportOptions,
} from '../options.js';
import { Outbox } from './outbox.js';
import type { WorkingPort } from '../support/platform.js';
import { RequestTable } from './request-table.js';
import { handleFrame } from './session-frames.js';
import * as frames from '../protocol/frames.js';

interface SessionSettings {
  /** The server's capacity where it is known before HELLO; 0: unbounded. */
  readonly capacity?: number | undefined;
  readonly onDropped?: OnDropped | undefined;
  readonly transportOptions?: TransportOptions | undefined;
}

/** What a session reports to the connect() that created it. */
export interface SessionCreator {
  /** The first connection was lost: calls `done` when the reason was reported, or is unknown. */
  reportExitReason(done: () => void): void;
  onConnected(): void;
  /** The session needs its ports no more. */
  onClosed(): void;
}

export class Session implements ConnectionOwner, Finalizable {
  readonly state = new SessionState();
  readonly loopRef = new LoopRefCount((yes) => {
    this.connections.setRef(yes);
  });
  readonly onDropped: OnDropped | undefined;
  readonly transportOptions: TransportOptions | undefined;
  readonly connections: ConnectionChain;
  readonly outbox: Outbox;
  readonly requests = new RequestTable(this);
  readonly #creator: SessionCreator | undefined;
  #byeSent = false;
  /** A post or a new client was sent, which no reply confirms. */
  #sentOneWay = false;

  constructor(
    transport: Transport,
    { capacity, onDropped, transportOptions }: SessionSettings = {},
    creator?: SessionCreator,
  ) {
    this.onDropped = onDropped;
    this.transportOptions = transportOptions;
    this.#creator = creator;
    this.connections = new ConnectionChain(this, transport);
    this.outbox = new Outbox(this, capacity);
  }

  /** A session over a port that the application passed to the public method `stackStartFn`. */
  static fromPort(stackStartFn: unknown, port: unknown, options: LaneOptions = {}): Session {
    const transportOptions = checkTransportOptions(stackStartFn, options);
    const transport = openTransport(claimPort(stackStartFn, port));
    const session = new Session(carriedBy(transportOptions.lane, transport, true), {
      transportOptions,
    }).start();
    // Where the platform can poll a port, the capacity that came along in it is known from now on.
    session.connections.current.transport.poll();
    return session;
  }

  /** The session of one more client of the same server; `port` comes from {@link addClient}. */
  sibling(port: WorkingPort): Session {
    const session = new Session(openTransport(port), this).start();
    // A LIVENESS frame in the port names the same agent, but this client may be transferred before
    // that frame is read.
    const { peer } = this.connections.current;
    if (peer.agentId === undefined) session.connections.first.peer.takeHolderFrom(peer);
    else session.watchHost(peer.agentId);
    return session;
  }

  /** Says HELLO and begins to read. */
  start(): this {
    this.connections.first.start();
    return this;
  }

  get capacity(): number | undefined {
    return this.outbox.capacity;
  }

  // ── outgoing messages ──────────────────────────────────────────────────────────────────────────

  sendPost(stackStartFn: unknown, msg: unknown, options: SendOptions | undefined): void {
    this.state.throwIfClosed(stackStartFn);
    this.outbox.sendPost(stackStartFn, msg, options);
    this.#sentOneWay = true;
  }

  /**
   * Adds one more client of the same server and returns its port. `capacity`, if it is known, goes
   * along in the port.
   */
  addClient(stackStartFn: unknown, kind: frames.ClientKind, capacity?: number): WorkingPort {
    this.state.throwIfClosed(stackStartFn);
    const { current } = this.connections;
    const { port1, port2 } = createPeerChannel(current.peer, capacity);
    this.#sentOneWay = true;
    this.outbox.sendControl(() => {
      this.connections.addClient(port1, kind, current);
    });
    return port2;
  }

  /** Fulfils with undefined when there is credit, with a Failure when there never will be. */
  ready(): Promise<Failure | undefined> {
    return this.loopRef.during(this.#ready());
  }

  async #ready(): Promise<Failure | undefined> {
    // The server states its capacity in HELLO.
    if (this.capacity === undefined) await this.state.connected.catch(() => undefined);
    const failure = this.state.closeReason ?? (await this.outbox.ready());
    this.state.isReported ||= failure !== undefined;
    return failure;
  }

  get connected(): Promise<void> {
    this.state.isAwaited = true;
    return this.loopRef.during(this.state.connected);
  }

  get closed(): Promise<UmpError> {
    this.state.isReported = true;
    return this.state.closed;
  }

  /**
   * Fulfils once the server has handled all that was sent so far, and what it sent meanwhile has
   * arrived; or at the end of the connection.
   */
  roundTrip(): Promise<void> {
    return new Promise((resolve) => {
      this.connections.current.ping(resolve);
    });
  }

  /** A frame that was accepted before the transport was open cannot be sent any more. */
  notSent(frame: frames.Frame, cause: unknown): void {
    if (frame[0] === frames.REQ) {
      this.requests.pendingFor(this.connections.first, frame[1])?.fail(unsendableFailure(cause));
    }
    reportUndelivered(this.onDropped, frame);
    if (frame[0] === frames.REQ || frame[0] === frames.POST) this.outbox.window?.grant(1);
  }

  // ── what its connections report ────────────────────────────────────────────────────────────────

  onConnected(capacity: number): void {
    if (this.state.wasConnected) {
      // A later host has accepted this client.
      this.closeIfDone();
      return;
    }
    this.state.connect();
    this.outbox.setCapacity(capacity);
    this.#creator?.onConnected();
    this.closeIfDone();
  }

  onCapacity(capacity: number): void {
    this.outbox.setCapacity(capacity);
  }

  handle(connection: ClientConnection, frame: frames.ToClient): void {
    handleFrame(this, connection, frame);
  }

  /**
   * The server is closed. Requests that it has not taken stay pending until it rejects or returns
   * them.
   */
  onGoAway(failure: Failure): void {
    this.#closeFor(failure);
    this.closeIfDone();
  }

  reportExitReason(connection: ClientConnection, done: () => void): void {
    if (connection === this.connections.first && this.#creator !== undefined) {
      this.#creator.reportExitReason(done);
    } else done();
  }

  connectionEnded(connection: ClientConnection, why: Failure): void {
    if (connection.isOneShot) {
      this.requests.onReplierLost(connection, why);
      return;
    }
    if (connection === this.connections.current) this.#closeFor(why);
    this.requests.failUnanswerable(why);
    this.closeIfDone();
  }

  // ── the session itself ─────────────────────────────────────────────────────────────────────────

  /**
   * Whether this session keeps this agent from exiting, whatever is pending; undefined: only while
   * something is pending.
   */
  overrideRef(yes: boolean | undefined): void {
    this.loopRef.override(yes);
    this.requests.setRefs(this.loopRef.isReferenced);
  }

  /** The first host cannot be reached, or has died. */
  endFirstConnection(failure: Failure): void {
    this.connections.first.end(failure);
  }

  /** Ends the session although its server may still reply. */
  abort(failure: Failure): void {
    for (const connection of [...this.connections.all]) connection.end(failure);
  }

  /** The agent where the server lives is known before its HELLO. */
  watchHost(agentId: string): void {
    this.connections.first.peer.watchAgent(agentId);
  }

  /** The server's first host has died; what it sent before still counts. */
  hostDied(failure: Failure): void {
    afterArrived(() => {
      this.endFirstConnection(failure);
    });
  }

  /** Allows no new calls; the pending ones still settle, then the ports close. */
  close(): void {
    this.state.close(new Failure('Detached'));
    this.overrideRef(undefined);
    this.outbox.sendControl(() => {
      this.#sayBye();
      this.closeIfDone();
    });
    this.closeIfDone();
  }

  finalize(): void {
    this.close();
  }

  #closeFor(failure: Failure): void {
    this.state.close(failure);
    this.outbox.window?.fail(failure);
  }

  #sayBye(): void {
    if (!this.#byeSent) this.connections.current.send([frames.BYE]);
    this.#byeSent = true;
  }

  /** To be called after each event that may leave a closing session nothing to wait for. */
  closeIfDone(): void {
    const { state, outbox } = this;
    const isDone = (): boolean =>
      state.phase === 'closing' && this.requests.isDrained && !outbox.hasHeldPosts;
    if (!isDone()) return;
    if (state.closeReason !== undefined) outbox.window?.fail(state.closeReason);
    // What waited for credit may have closed the session.
    if (!isDone()) return;
    this.#sayBye();
    // Closing a port that the server has not accepted yet would lose what was sent over it, and
    // with it the means to detect that the port itself is lost.
    if (this.#sentOneWay && this.connections.current.isOpening) return;
    state.markClosed();
    cancelFinalization(this);
    this.connections.close();
    this.#creator?.onClosed();
  }
}
