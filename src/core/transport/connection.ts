/**
 * One end of a line between two agents: says hello, judges what comes in, refuses what is not of
 * the protocol, and ends once. Whatever a line is for stands in the classes that extend it.
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
 * Milliseconds. The agent that was last known to have the other end is dead. If another one has it
 * by now, its hello, or word of where the port is, comes within this time, unless that agent
 * computes for longer.
 */
const ORPHAN_GRACE_MS = 2000;

/**
 * How often this thread's event loop turns at least before a peer that is silent counts as dead.
 */
const MIN_TURNS = 4;

export abstract class Connection implements FrameReceiver {
  wasOpened = false;
  isClosed = false;
  readonly transport: Transport;
  readonly #role: frames.Role;
  readonly #capacity: number;
  /** The life of the agent at the other end, or of the one that its port is on its way to. */
  peerId: string | undefined = undefined;
  #stopWatching: (() => void) | undefined = undefined;
  #stopWatchingHolder: (() => void) | undefined = undefined;
  /** A PING was not answered yet. */
  #pingPending = false;

  /** Says hello; nothing is read before start(). */
  constructor(transport: Transport, role: frames.Role, capacity = 0) {
    this.transport = transport;
    this.#role = role;
    this.#capacity = capacity;
    const own = liveness();
    this.#sayHello();
    if (own !== undefined && own.agentId === undefined) {
      void own.ready.then(() => {
        if (own.agentId !== undefined) this.send([frames.LIVENESS, own.agentId]);
      });
    }
  }

  #sayHello(): void {
    this.transport.send(frames.hello(this.#role, this.#capacity, liveness()?.agentId));
  }

  start(): void {
    if (!this.isClosed) this.transport.start(this);
  }

  /** A frame that fits the role of this end. */
  protected abstract handle(frame: frames.Frame): void;

  /** The other end was heard for the first time. */
  protected onHello(_capacity: number): void {
    // Most have nothing to do about it.
  }

  /** How many messages the other end has room for, from whatever made this line. */
  protected onCapacity(_capacity: number): void {
    // Only clients want to know.
  }

  /**
   * Milliseconds between two looks whether the other side still answers; undefined: it is not
   * asked.
   */
  protected get heartbeat(): number | undefined {
    return undefined;
  }

  /** The line ended, and not by our own close(). */
  protected abstract onEnd(why: Failure): void;

  /** The other end is done with this line. */
  protected onBye(): void {
    this.end(new Failure('ServerDisappeared'));
  }

  receive(data: unknown): void {
    const frame = parseFrame(data, this.#role);
    if (frame === undefined) {
      closePortsIn(data);
      // Platforms say so by undefined, which no peer that keeps to the protocol sends.
      this.refuse(data === undefined ? 'malformed frame: it could not be deserialized' : undefined);
    } else if (frame[0] === frames.REFUSE) this.end(new Failure('Protocol', frame[1]));
    else if (frame[0] === frames.FIN) this.#peerGone();
    else if (frame[0] === frames.LIVENESS && frame[4] === undefined) this.#onLiveness(frame);
    else if (!this.wasOpened) this.#firstFrame(frame);
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

  #onProbe([, thread, count, id]: frames.ProbeFrame): void {
    if (this.owesReply(id)) this.transport.onProbe?.(thread, count);
  }

  /**
   * Is it this agent's own code, and nothing else, that an answer to this request can come from?
   */
  protected owesReply(_id: number): boolean {
    return false;
  }

  #firstFrame(frame: frames.Frame): void {
    const fault = helloError(frame, this.#role);
    this.wasOpened = fault === undefined;
    if (fault !== undefined) {
      closePortsIn(frame);
      this.refuse(fault);
    } else {
      this.#stopWatchingHolder?.();
      if (repeatsHello(this.#role)) this.#sayHello();
      this.watchPeer((frame as frames.Hello)[5]);
      this.onHello((frame as frames.Hello)[4]);
      this.#sendPing();
    }
  }

  #sendPing(): void {
    const { heartbeat } = this;
    if (heartbeat === undefined || this.isClosed) return;
    this.#pingPending = true;
    this.send([frames.PING]);
    const half = heartbeat / 2;
    const again = (): void => {
      if (this.#pingPending) this.#peerGone();
      else this.#sendPing();
    };
    later(half, () => {
      if (this.#pingPending) startDeadline(half, MIN_TURNS, again);
      else later(half, again);
    });
  }

  #onLiveness([, peer, holder, capacity, , giver]: frames.LivenessFrame): void {
    this.watchPeer(peer);
    if (capacity !== undefined) this.onCapacity(capacity);
    if (holder !== undefined) this.watchHolder(holder, giver);
  }

  /** The same by another line: what has come by this one is as new, or newer. */
  learnHolder([, , holder, , , giver]: frames.LivenessFrame): void {
    if (holder !== undefined && this.#stopWatchingHolder === undefined)
      this.watchHolder(holder, giver);
  }

  /**
   * That agent has the other end, or is sent it by `giver`: if one of them dies before anything
   * more is heard, the end may be lost with it.
   */
  watchHolder(holder: string, giver = holder): void {
    if (this.wasOpened || this.isClosed) return;
    this.#stopWatchingHolder?.();
    const stops = [...new Set([holder, giver])].map((agent) =>
      liveness()?.watch(agent, () => {
        this.startOrphanTimer();
      }),
    );
    this.#stopWatchingHolder = () => {
      for (const stop of stops) stop?.();
    };
  }

  /**
   * Its other end may be lost: if nothing is heard from there, or of it, within the time, it is.
   */
  startOrphanTimer(): void {
    if (this.wasOpened) return;
    const doubting = this.#stopWatchingHolder;
    startDeadline(ORPHAN_GRACE_MS, MIN_TURNS, () => {
      if (!this.wasOpened && this.#stopWatchingHolder === doubting) this.#peerGone();
    });
  }

  /** From now on that agent's death is the end of this line. */
  watchPeer(name: string | undefined): void {
    if (name === undefined || this.isClosed) return;
    this.#stopWatching?.();
    this.peerId = name;
    this.#stopWatching = liveness()?.watch(name, () => {
      afterArrived(() => {
        this.#peerGone();
      });
    });
  }

  #peerGone(): void {
    this.transport.markPeerClosed();
    this.peerLost();
  }

  peerLost(): void {
    this.end(new Failure('ServerDisappeared'));
  }

  /** Throws the engine's error, and has sent nothing, if the frame cannot be cloned. */
  send(frame: frames.Frame, transfer?: readonly object[]): void {
    if (this.isClosed) return;
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
    this.isClosed = true;
    this.#stopWatchingHolder?.();
    this.transport.close(() => this.#stopWatching?.());
  }

  setRef(yes: boolean): void {
    if (!this.isClosed) this.transport.setRef(yes);
  }
}

/**
 * Does whoever has this role answer HELLO with a second one? Where ports do not tell of a death,
 * Firefox may lose what was sent on one while a thread that had passed its other end on died.
 */
const repeatsHello = (role: frames.Role): boolean =>
  liveness() !== undefined && frames.isAnswering(role);
