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
 * agent to agent. If the agent that last had that port dies, an orphan timer starts: if no HELLO
 * and no report of another holder comes before it expires, the peer counts as lost.
 */
import { afterArrived, startDeadline } from './deadlines.js';
import { Failure } from '../support/failure.js';
import { trackArrived, announceHolder } from './port-holders.js';
import { parseFrame, helloError } from '../protocol/validate.js';
import type { Transport, FrameReceiver } from './transport.js';
import { liveness } from './driver.js';
import { closePortsIn } from './ports.js';
import { later } from '../support/platform.js';
import * as frames from '../protocol/frames.js';

/**
 * How long the orphan timer runs. If another agent has the port by now, its HELLO, or the report
 * that the port has arrived there, comes within this time, unless that agent computes for longer.
 */
const ORPHAN_GRACE_MS = 2000;

/** A silent peer counts as dead only after this thread's event loop has turned this many times. */
const MIN_TURNS = 4;

export abstract class Connection implements FrameReceiver {
  readonly transport: Transport;
  /** The id of the agent at the other end, or of the one that the peer's port is on its way to. */
  peerId: string | undefined = undefined;
  readonly #role: frames.Role;
  readonly #capacity: number;
  #state: 'created' | 'opening' | 'open' | 'closed' = 'created';
  #stopWatchingPeer: (() => void) | undefined = undefined;
  #stopWatchingHolder: (() => void) | undefined = undefined;
  #stopOrphanTimer: (() => void) | undefined = undefined;
  /** The last PING was not answered yet. */
  #pingPending = false;

  constructor(transport: Transport, role: frames.Role, capacity = 0) {
    this.transport = transport;
    this.#role = role;
    this.#capacity = capacity;
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
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
  protected onHello(_capacity: number): void {
    // Most connections have nothing to do then.
  }

  /** The capacity of the peer's mailbox is known before its HELLO. */
  protected onCapacity(_capacity: number): void {
    // Only clients use it.
  }

  /** The peer sends nothing more. */
  protected onBye(): void {
    this.end(new Failure('ServerDisappeared'));
  }

  /** Milliseconds within which the peer must answer a PING; undefined: it is sent none. */
  protected get heartbeat(): number | undefined {
    return undefined;
  }

  /** Whether only code of this agent can answer the request with this id. */
  protected owesReply(_id: number): boolean {
    return false;
  }

  // ── incoming frames ────────────────────────────────────────────────────────────────────────────

  receive(data: unknown): void {
    const frame = parseFrame(data, this.#role);
    if (frame === undefined) {
      closePortsIn(data);
      // Platforms report a message that they cannot deserialize as undefined, which is no frame.
      this.refuse(data === undefined ? 'malformed frame: it could not be deserialized' : undefined);
    } else if (frame[0] === frames.REFUSE) this.end(new Failure('Protocol', frame[1]));
    else if (frame[0] === frames.FIN) this.#onPeerLost();
    else if (frame[0] === frames.LIVENESS && frame[4] === undefined) this.#onLiveness(frame);
    else if (this.#state === 'opening') this.#onFirstFrame(frame);
    else if (frame[0] === frames.PING) this.send([frames.PONG]);
    else if (frame[0] === frames.PONG) this.#pingPending = false;
    else if (frame[0] === frames.DOORBELL) this.transport.setPeerDoorbell?.(frame[1]);
    else if (frame[0] === frames.PROBE) this.#onProbe(frame);
    else if (frame[0] === frames.HELLO && repeatsHello(frames.otherRole(this.#role)))
      this.watchPeer(frame[5]);
    else if (frame[0] === frames.BYE) this.onBye();
    else {
      if (frame.length > frames.OWN_PORTS) trackArrived(frame);
      this.handle(frame);
    }
  }

  #onFirstFrame(frame: frames.Frame): void {
    const error = helloError(frame, this.#role);
    if (error !== undefined) {
      closePortsIn(frame);
      this.refuse(error);
      return;
    }
    this.#state = 'open';
    this.#stopOrphanTimer?.();
    this.#stopWatchingHolder?.();
    if (repeatsHello(this.#role)) this.#sendHello();
    this.watchPeer((frame as frames.Hello)[5]);
    this.onHello((frame as frames.Hello)[4]);
    this.#sendPing();
  }

  #onLiveness([, peer, holder, capacity, , sender]: frames.LivenessFrame): void {
    this.watchPeer(peer);
    if (capacity !== undefined) this.onCapacity(capacity);
    if (holder !== undefined) this.watchHolder(holder, sender);
  }

  #onProbe([, thread, count, id]: frames.ProbeFrame): void {
    if (this.owesReply(id)) this.transport.onProbe?.(thread, count);
  }

  // ── whether the peer is alive ──────────────────────────────────────────────────────────────────

  #sendPing(): void {
    const { heartbeat } = this;
    if (heartbeat === undefined || this.isClosed) return;
    this.#pingPending = true;
    this.send([frames.PING]);
    const half = heartbeat / 2;
    const next = (): void => {
      if (this.#pingPending) this.#onPeerLost();
      else this.#sendPing();
    };
    later(half, () => {
      if (this.#pingPending) startDeadline(half, MIN_TURNS, next);
      else later(half, next);
    });
  }

  /** Ends the connection when this agent, which has the other end, dies. */
  watchPeer(agentId: string | undefined): void {
    if (agentId === undefined || this.isClosed) return;
    this.#stopWatchingPeer?.();
    this.peerId = agentId;
    this.#stopWatchingPeer = liveness()?.watch(agentId, () => {
      afterArrived(() => {
        this.#onPeerLost();
      });
    });
  }

  /**
   * The agent `holder` has the peer's port, or `sender` is sending it there. If either dies before
   * anything more is heard, the port may be lost with it.
   */
  watchHolder(holder: string, sender = holder): void {
    if (this.#state === 'open' || this.isClosed) return;
    this.#stopOrphanTimer?.();
    this.#stopOrphanTimer = undefined;
    this.#stopWatchingHolder?.();
    const stops = [...new Set([holder, sender])].map((agentId) =>
      liveness()?.watch(agentId, () => {
        this.startOrphanTimer();
      }),
    );
    this.#stopWatchingHolder = () => {
      for (const stop of stops) stop?.();
    };
  }

  /**
   * Like {@link watchHolder}; a report that came over this connection is newer, and counts more.
   */
  learnHolder([, , holder, , , sender]: frames.LivenessFrame): void {
    if (holder !== undefined && this.#stopWatchingHolder === undefined) {
      this.watchHolder(holder, sender);
    }
  }

  /** The peer's port may be lost: see the head of this file. */
  startOrphanTimer(): void {
    if (this.#state !== 'opening' || this.#stopOrphanTimer !== undefined) return;
    this.#stopOrphanTimer = startDeadline(ORPHAN_GRACE_MS, MIN_TURNS, () => {
      this.#onPeerLost();
    });
  }

  #onPeerLost(): void {
    this.transport.markPeerClosed();
    this.peerLost();
  }

  peerLost(): void {
    this.end(new Failure('ServerDisappeared'));
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
    announceHolder(transfer, this.peerId, liveness()?.agentId);
    try {
      this.transport.send(frame, transfer);
    } catch (error) {
      announceHolder(transfer);
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
    this.#stopWatchingHolder?.();
    // The transport may wait for the peer's FIN: until then the peer's death still matters to it.
    this.transport.close(() => this.#stopWatchingPeer?.());
  }
}

/**
 * Whether the end with this role answers HELLO with a second one. Where ports do not report a
 * death, Firefox may lose what was sent on a port while a thread that had forwarded the port's
 * other end was dying.
 */
const repeatsHello = (role: frames.Role): boolean =>
  liveness() !== undefined && frames.isAnswering(role);
