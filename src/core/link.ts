/**
 * What the core asks of a transport.
 *
 * A link carries frames both ways between two agents, each frame at most once and in order, and
 * clones what it is given before `send` returns. A Client or a Server does not care what its link
 * rides on.
 */
import { isPort } from './judge.js';
import { isObject, somePart } from './parts.js';
import { globals, type ChannelClass, type MessagePort, type WorkingPort } from './platform.js';
import { LIFE, type Frame } from './wire.js';
import { raise } from './errors.js';

export interface Receiver {
  /** Anything may come in; the receiver judges it. */
  frame(data: unknown): void;
  /**
   * The other side is gone: nothing comes after it, and it comes once. Not after our own `close()`.
   */
  lost(): void;
}

export interface Link {
  /**
   * Throws the engine's error, and sends nothing, if the frame cannot be cloned. Either way the
   * array is the link's from now on, which may write in it.
   */
  send(frame: Frame, transfer?: readonly object[]): void;
  /** Before it, frames that come in wait (and the link can still be given away by its maker). */
  start(receiver: Receiver): void;
  /**
   * Nothing more is sent, and nothing more is told to the receiver; what was sent before still
   * arrives. `closed` is called once nothing more can come in either. May be called twice.
   */
  close(closed?: () => void): void;
  /** The other side is known to send nothing more. */
  cut(): void;
  /** Whether the link by itself keeps this agent from exiting; it does not to begin with. */
  hold(yes: boolean): void;
  /** Delivers what has already arrived, now; false where the platform cannot look. */
  drain(): boolean;
  /** What wakes the agent at the other end while it blocks. */
  wakeBy?(bell: SharedArrayBuffer): void;
  /** The agent at the other end blocks now, and passes on a PROBE. */
  readonly blocked?: boolean;
  /** A PROBE came, and the request that it names can only be answered by code of this agent. */
  probed?(thread: number, count: number): void;
  /** The other end is known to be in this very agent. */
  readonly here?: boolean;
}

/** Something that keeps this agent from exiting while it holds. */
export interface KeepAlive {
  hold(yes: boolean): void;
}

/** How agents see each other die where their ports do not tell. */
export interface Life {
  /** This agent's own: whoever knows it can watch it. Undefined before that is so. */
  readonly name: string | undefined;
  /** Fulfils when the name is known, or never will be. */
  readonly named: Promise<void>;
  /**
   * Calls `died`, once and never at once, when the agent of that name is gone. Returns how to stop.
   */
  watch(name: string, died: () => void): () => void;
  /**
   * This agent knows that the agent of that name is gone: calls `died` of all that watch it here.
   */
  gone(name: string): void;
}

export interface Driver {
  /** What makes channels; undefined: the global class, if there is one. */
  readonly MessageChannel?: ChannelClass | undefined;
  /** A link over one end of a MessageChannel. The port must not have been started. */
  link(port: WorkingPort): Link;
  keepAlive(): KeepAlive;
  /**
   * Calls `then`, and never at once, when what has arrived in this agent by now has been delivered.
   */
  deliver(then: () => void): void;
  readonly life: Life | undefined;
}

let driver: Driver;

/**
 * The package's entry names the driver of the platform it finds itself on, before anything else.
 */
export function install(platform: Driver): void {
  driver = platform;
}

export const linkOver = (port: WorkingPort): Link => driver.link(port);

/** Throws `NotSupported` for `entry` where there are no channels. */
export function newChannel(entry: unknown): InstanceType<ChannelClass> {
  const { MessageChannel = globals.MessageChannel } = driver;
  if (typeof MessageChannel === 'function') return new MessageChannel();
  return raise(
    entry,
    'NotSupported',
    'there is no MessageChannel here: this global scope needs one',
  );
}

/**
 * The ports of a line between two others. The first is for the agent whose life is `peer`: whoever
 * gets the second hears of it at once, also if that agent dies before it takes up the first. So it
 * does of the mailbox's capacity, if that is given.
 */
export function newLine(
  peer: string | undefined,
  capacity?: number,
): { port1: WorkingPort; port2: WorkingPort } {
  const channel = newChannel(newLine);
  const own = life()?.name;
  if (capacity !== undefined) channel.port1.postMessage([LIFE, peer, own, capacity]);
  else if (peer !== undefined || own !== undefined) channel.port1.postMessage([LIFE, peer, own]);
  return channel;
}

/** Closes a port that was not started, and those in what waits there: see {@link discard}. */
export const hangUp = (port: WorkingPort): void => {
  linkOver(port).close();
};

/**
 * Closes the ports in a message that will not be acted on, so that the holders of their other ends
 * hear of it. They stand in the frame, in its transfer list, or in those of a frame that is passed
 * on. The message may be anything: each array in it is visited once.
 */
export function discard(data: unknown): void {
  const found = new Set([data]);
  for (const item of found) {
    if (isPort(item)) hangUp(item as WorkingPort);
    else if (Array.isArray(item)) {
      somePart(item, (part) => {
        if (isObject(part) && (Array.isArray(part) || isPort(part))) found.add(part);
        return false;
      });
    }
  }
}

export const life = (): Life | undefined => driver.life;

/** Not before others could watch this agent. */
export function onceNamed(then: () => void): void {
  const own = life();
  if (own === undefined) then();
  else void own.named.then(then);
}

export const deliver = (then: () => void): void => {
  driver.deliver(then);
};

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
