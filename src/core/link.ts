/**
 * What the core asks of a transport.
 *
 * A link carries frames both ways between two agents, each frame at most once and in order, and clones
 * what it is given before `send` returns. A Client or a Server does not care what its link rides on.
 */
import type { MessagePort, WorkingPort } from './platform.js';
import { isPort, type Frame } from './wire.js';
import { raise } from './errors.js';

export interface Receiver {
  /** Anything may come in; the receiver judges it. */
  frame(data: unknown): void;
  /** The other side is gone: nothing comes after it, and it comes once. Not after our own `close()`. */
  lost(): void;
}

export interface Link {
  /** Throws the engine's error, and sends nothing, if the frame cannot be cloned. */
  send(frame: Frame, transfer?: readonly object[]): void;
  /** Before it, frames that come in wait (and the link can still be given away by its maker). */
  start(receiver: Receiver): void;
  /** What was sent before still arrives. May be called twice. */
  close(): void;
  /** Whether the link by itself keeps this agent from exiting; it does not to begin with. */
  hold(yes: boolean): void;
  /** Delivers what has already arrived, now; false where the platform cannot look. */
  drain(): boolean;
}

/** Something that keeps this agent from exiting while it holds. */
export interface KeepAlive {
  hold(yes: boolean): void;
}

export interface Driver {
  /** A link over one end of a MessageChannel. The port must not have been started. */
  link(port: WorkingPort): Link;
  keepAlive(): KeepAlive;
}

let driver: Driver;

/** The package's entry names the driver of the platform it finds itself on, before anything else. */
export function install(platform: Driver): void {
  driver = platform;
}

export const linkOver = (port: WorkingPort): Link => driver.link(port);

export const loopHold = (): KeepAlive => driver.keepAlive();

/** The core handles ports by the least they can do; the user sees his platform's own type. */
export const asUserPort = (port: WorkingPort): MessagePort => port;

/** A port from the user, or undefined. */
export function asWorkingPort(port: unknown): WorkingPort | undefined {
  return isPort(port) ? (port as WorkingPort) : undefined;
}

const takenUp = new WeakSet<WorkingPort>();

/** A port that the user gave to `entry`; each can be taken up once. */
export function portFrom(entry: unknown, given: unknown): WorkingPort {
  const port = asWorkingPort(given) ?? raise(entry, 'NotSupported', 'this takes a MessagePort');
  if (takenUp.has(port)) raise(entry, 'Detached', 'this port was already taken up');
  takenUp.add(port);
  return port;
}
