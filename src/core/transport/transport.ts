/**
 * The contract of a transport: it carries frames both ways between two agents, each frame at most
 * once and in order, and clones a frame before `send` returns. It may be a MessagePort, a Worker's
 * own channel, or anything else that keeps this contract.
 */
import type { Frame } from '../protocol/frames.js';

export interface FrameReceiver {
  /** The data may be anything; the receiver validates it. */
  receive(data: unknown): void;
  /** The peer is gone. It is called once, nothing comes after it, and not after `close()`. */
  peerLost(): void;
}

export interface Transport {
  /**
   * Throws the engine's error, and sends nothing, if the frame cannot be cloned. In either case the
   * array belongs to the transport from now on, which may write to it.
   */
  send(frame: Frame, transfer?: readonly object[]): void;
  /** Begins to read. Until then incoming frames wait, and its port can still be transferred. */
  start(receiver: FrameReceiver): void;
  /**
   * Sends nothing more, and calls the receiver no more; frames that were sent before still arrive.
   * `closed` is called once nothing more can come in either. A second call changes nothing.
   */
  close(closed?: () => void): void;
  /** The peer is known to send nothing more. */
  markPeerClosed(): void;
  /** Whether the transport keeps this agent from exiting; at first it does not. */
  setRef(yes: boolean): void;
  /** Delivers now what has already arrived; returns false where the platform cannot poll. */
  poll(): boolean;
  /**
   * Calls `learned` with an id when it is known from which agent its port came, or which agent has
   * the other end. The id is that agent's own, or one that counts as gone when that agent is gone.
   */
  onHolderKnown?(learned: (agentId: string) => void): void;
  /** Is called once: after each frame, this agent polls for that time before it sleeps. */
  setSpin?(microseconds: number): void;
  /** Memory that wakes the peer's agent while it blocks. */
  setPeerDoorbell?(memory: SharedArrayBuffer): void;
  /** Whether the peer's agent blocks now and would pass on a PROBE. */
  readonly isPeerBlocked?: boolean;
  /** A PROBE has come for a request that only code of this agent can answer. */
  onProbe?(thread: number, count: number): void;
  /** The peer is known to be in this agent. */
  readonly isSameThread?: boolean;
  /** The name of the lane that both ends use; undefined: the plain one. */
  readonly lane?: string | undefined;
  /** The transport of the platform below, if this is the transport of a lane. */
  readonly carrier?: Transport;
}
