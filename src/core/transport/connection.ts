/**
 * One end of a framed conversation between two agents. It says HELLO, validates what comes in,
 * refuses what is not of the protocol, checks that the peer is alive, and ends once. The classes
 * that extend it say what the conversation is about.
 *
 *   created ──start()──► opening ──HELLO of the peer──► open
 *                           │                            │
 *                           └──────────────┬─────────────┘
 *                                          │  close(), REFUSE, a protocol error, FIN or peer lost;
 *                                          │  BYE, unless the subclass half-closes
 *                                          ▼
 *                                        closed
 *
 * While a connection is opening, the port at its other end may still be on its way, passed on from
 * agent to agent: peer-watch.ts detects that it is lost.
 */
import { Failure } from '../support/failure.js';
import { Heartbeat } from './heartbeat.js';
import { PeerWatch } from './peer-watch.js';
import { trackArrived, announceHolder } from './port-holders.js';
import { agree, isIgnorable, parseFrame, type Agreement } from '../protocol/validate.js';
import type { Transport, FrameReceiver } from './transport.js';
import { liveness } from './driver.js';
import { carriedBy } from './lane.js';
import { closePortsIn } from './ports.js';
import type { TransportOptions } from '../options.js';
import * as frames from '../protocol/frames.js';
import { ownPorts } from '../protocol/own-ports.js';

export abstract class Connection implements FrameReceiver {
  readonly transport: Transport;
  readonly peer = new PeerWatch(() => {
    this.endForLostPeer();
  });
  readonly #role: frames.Role;
  readonly #capacity: number;
  #agreement: Agreement | undefined;
  readonly #options: TransportOptions;
  #state: 'created' | 'opening' | 'open' | 'closed' = 'created';
  /** What to call for each PONG that is on its way. */
  #pingers: (() => void)[] = [];

  constructor(
    transport: Transport,
    role: frames.Role,
    capacity = 0,
    options: TransportOptions = {},
  ) {
    this.transport = carriedBy(options.lane, transport);
    this.#role = role;
    this.#capacity = capacity;
    this.#options = options;
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Whether the peer has not said HELLO yet, and neither end has closed. */
  get isOpening(): boolean {
    return this.#state === 'opening';
  }

  /** Whether the peer has said HELLO, and neither end has closed. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /**
   * Whether the peer may know this feature. True while its HELLO has not come: a new host handles
   * forwarded frames before it reads that HELLO.
   */
  mayKnow(feature: string): boolean {
    return this.isOpening || this.agreesOn(feature);
  }

  /** Whether both ends know this feature; false until the peer has said HELLO. */
  agreesOn(feature: string): boolean {
    return this.#agreement?.features.includes(feature) === true;
  }

  /** Says HELLO, if it was not said yet, and begins to read. */
  start(): void {
    this.sayHello();
    if (!this.isClosed) this.transport.start(this);
  }

  /** For a connection that writes before it reads: HELLO must be the first frame. */
  sayHello(): void {
    if (this.#state !== 'created') return;
    this.#state = 'opening';
    const { spin } = this.#options;
    if (spin !== undefined) this.transport.setSpin?.(spin);
    this.transport.onHolderKnown?.((agentId) => {
      this.peer.watchHolder(agentId);
    });
    this.#sendHello();
    const own = liveness();
    if (own !== undefined && own.agentId === undefined) {
      void own.ready.then(() => {
        if (own.agentId !== undefined) this.send([frames.LIVENESS, own.agentId]);
      });
    }
  }

  #sendHello(): void {
    this.transport.send(frames.hello(this.#role, this.#capacity, liveness()?.agentId));
  }

  // ── what the extending classes define ──────────────────────────────────────────────────────────

  /** Acts on a frame that the role of this end may be sent. */
  protected abstract handle(frame: frames.Frame): void;

  /** The connection has ended, and not by a `close()` of this side. */
  protected abstract onEnd(why: Failure): void;

  /** The first HELLO of the peer has come; `capacity` is that of its mailbox. */
  protected onHello?(capacity: number): void;

  /** The capacity of the peer's mailbox is known before its HELLO. */
  protected onCapacity?(capacity: number): void;

  /**
   * Called with data that is not a frame and came in place of HELLO; returns whether this side has
   * handled it.
   */
  protected onHandshake?(data: unknown): boolean;

  /** The peer sends nothing more. */
  protected onBye(): void {
    this.end(new Failure('ServerDisappeared'));
  }

  /** Whether only code of this agent can answer the request with this id. */
  protected onlyCodeHereAnswers(_id: number): boolean {
    return false;
  }

  // ── incoming frames ────────────────────────────────────────────────────────────────────────────

  receive(data: unknown): void {
    const frame = parseFrame(data, this.#role);
    if (frame === undefined) {
      if (this.#state === 'opening' && this.onHandshake?.(data) === true) return;
      closePortsIn(data);
      // Before HELLO such data may come from a peer that is not ump-ng: the connection is refused.
      if (this.#state === 'open' && isIgnorable(data)) return;
      // Platforms report a message that they cannot deserialize as undefined, which is no frame.
      this.refuse(data === undefined ? 'malformed frame: it could not be deserialized' : undefined);
    } else if (frame[0] === frames.REFUSE) this.end(new Failure('Protocol', frame[1]));
    else if (frame[0] === frames.FIN) this.endForLostPeer();
    // With an id, it is about a moved request: see session-frames.ts.
    else if (frame[0] === frames.LIVENESS && frame[4] === undefined) this.#onLiveness(frame);
    else if (this.#state === 'opening') this.#onFirstFrame(frame);
    else if (frame[0] === frames.PING) this.send([frames.PONG]);
    else if (frame[0] === frames.PONG) this.#pingers.shift()?.();
    else if (frame[0] === frames.DOORBELL) this.transport.setPeerDoorbell?.(frame[1]);
    else if (frame[0] === frames.PROBE) this.#onProbe(frame);
    else if (frame[0] === frames.HELLO && repeatsHello(frames.otherRole(this.#role)))
      this.peer.watchAgent(frame[5]);
    else if (frame[0] === frames.BYE) this.onBye();
    else {
      if (frame.length > frames.OWN_PORTS) trackArrived(frame, this.peer.agentId);
      this.handle(frame);
    }
  }

  #onFirstFrame(frame: frames.Frame): void {
    const agreement = agree(frame, this.#role);
    if (typeof agreement === 'string') {
      closePortsIn(frame);
      this.refuse(agreement);
      return;
    }
    this.#agreement = agreement;
    this.#state = 'open';
    this.peer.arrived((frame as frames.Hello)[5]);
    if (repeatsHello(this.#role)) this.#sendHello();
    this.onHello?.(agreement.capacity);
    const { heartbeat } = this.#options;
    if (heartbeat !== undefined) new Heartbeat(this, heartbeat).start();
  }

  #onLiveness([, peer, holder, capacity, , sender]: frames.LivenessFrame): void {
    this.peer.watchAgent(peer);
    if (capacity !== undefined) this.onCapacity?.(capacity);
    if (holder !== undefined) this.peer.watchHolder(holder, sender);
  }

  #onProbe([, thread, count, id]: frames.ProbeFrame): void {
    if (this.onlyCodeHereAnswers(id)) this.transport.onProbe?.(thread, count);
  }

  // ── whether the peer is alive ──────────────────────────────────────────────────────────────────

  /** The peer is known to be lost, though its transport does not report it. */
  endForLostPeer(): void {
    this.transport.markPeerClosed();
    this.peerLost();
  }

  peerLost(): void {
    this.peer.startDependentTimers();
    this.end(new Failure('ServerDisappeared'));
  }

  /**
   * Calls `answered` once the peer has handled all that was sent so far, and what it sent meanwhile
   * has arrived; or when this connection is closed.
   */
  ping(answered: () => void): void {
    if (this.isClosed) {
      answered();
      return;
    }
    this.#pingers.push(answered);
    this.send([frames.PING]);
  }

  // ── outgoing frames ────────────────────────────────────────────────────────────────────────────

  /**
   * Sends a frame; a closed connection drops it. Throws the engine's error, and has sent nothing,
   * if the frame cannot be cloned.
   */
  send(frame: frames.Frame, transfer?: readonly object[]): void {
    if (this.#state === 'closed') return;
    if (transfer === undefined) this.transport.send(frame);
    else this.#sendPorts(frame, transfer);
  }

  #sendPorts(frame: frames.Frame, transfer: readonly object[]): void {
    const here = liveness();
    const own = here === undefined ? [] : transfer.filter((object) => ownPorts().has(object));
    if (own.length > 0) announceHolder(own, this.peer.receiverId, here?.agentId);
    try {
      this.transport.send(frame, transfer);
    } catch (error) {
      announceHolder(own);
      throw error;
    }
  }

  /** Whether this connection by itself keeps this agent from exiting. */
  setRef(yes: boolean): void {
    if (!this.isClosed) this.transport.setRef(yes);
  }

  // ── the end ────────────────────────────────────────────────────────────────────────────────────

  /** The peer broke the protocol: it is sent the reason, and the connection ends. */
  refuse(reason = 'malformed frame'): void {
    this.send([frames.REFUSE, reason]);
    this.end(new Failure('Protocol', reason));
  }

  end(why: Failure): void {
    if (this.isClosed) return;
    this.close();
    this.onEnd(why);
  }

  close(): void {
    this.#state = 'closed';
    this.peer.close();
    for (const answered of this.#pingers.splice(0)) answered();
    // The transport may wait for the peer's FIN: until then the peer's death still matters to it.
    this.transport.close(() => {
      this.peer.stop();
    });
  }
}

/**
 * Whether the end with this role answers HELLO with a second one. Where ports do not report a
 * death, Firefox may lose what was sent on a port while a thread that had forwarded the port's
 * other end was dying.
 */
const repeatsHello = (role: frames.Role): boolean =>
  liveness() !== undefined && frames.isAnswering(role);
