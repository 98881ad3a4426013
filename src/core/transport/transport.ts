/**
 * What the core asks of a transport.
 *
 * A link carries frames both ways between two agents, each frame at most once and in order, and
 * clones what it is given before `send` returns. A Client or a Server does not care what its link
 * rides on.
 */
import type { Frame } from '../protocol/frames.js';

export interface FrameReceiver {
  /** Anything may come in; the receiver judges it. */
  receive(data: unknown): void;
  /**
   * The other side is gone: nothing comes after it, and it comes once. Not after our own `close()`.
   */
  peerLost(): void;
}

export interface Transport {
  /**
   * Throws the engine's error, and sends nothing, if the frame cannot be cloned. Either way the
   * array is the link's from now on, which may write in it.
   */
  send(frame: Frame, transfer?: readonly object[]): void;
  /** Before it, frames that come in wait (and the link can still be given away by its maker). */
  start(receiver: FrameReceiver): void;
  /**
   * Nothing more is sent, and nothing more is told to the receiver; what was sent before still
   * arrives. `closed` is called once nothing more can come in either. May be called twice.
   */
  close(closed?: () => void): void;
  /** The other side is known to send nothing more. */
  markPeerClosed(): void;
  /** Whether the link by itself keeps this agent from exiting; it does not to begin with. */
  setRef(yes: boolean): void;
  /** Delivers what has already arrived, now; false where the platform cannot look. */
  drain(): boolean;
  /** What wakes the agent at the other end while it blocks. */
  setPeerDoorbell?(bell: SharedArrayBuffer): void;
  /** The agent at the other end blocks now, and passes on a PROBE. */
  readonly isPeerBlocked?: boolean;
  /** A PROBE came, and the request that it names can only be answered by code of this agent. */
  onProbe?(thread: number, count: number): void;
  /** The other end is known to be in this very agent. */
  readonly isSameThread?: boolean;
}
