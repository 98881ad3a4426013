import { UmpError, blame } from './errors.js';
import type { AbortSignal } from './platform.js';

export interface SendOptions {
  /** What moves instead of being copied: ports, ArrayBuffers, and what else the platform transfers. */
  transfer?: readonly object[];
}

export interface WaitOptions {
  /** Gives up when it aborts: the call rejects with code `Aborted`, `cause` being the signal's reason. */
  signal?: AbortSignal | undefined;
}

export interface ReqOptions extends SendOptions, WaitOptions {
  /** Milliseconds; none unless given. A reply that has already arrived wins over it. */
  timeout?: number | undefined;
}

/** Something that was sent and reached nobody. */
export type Dropped =
  | { type: 'post'; msg: unknown }
  | { type: 'reply'; value: unknown }
  | { type: 'failure'; error: unknown };

export type OnDropped = (dropped: Dropped) => void;

export interface DroppedOptions {
  /**
   * Told of posts that nobody will read (server side: unread when it closed; client side: unsent when
   * the connection failed) and of answers that nobody waits for. Stays in the thread it was given in.
   */
  onDropped?: OnDropped | undefined;
}

export interface ChannelOptions extends DroppedOptions {
  /** How many messages each client's port may have waiting in the mailbox; default unbounded. */
  capacity?: number | undefined;
}

export interface ConnectOptions extends DroppedOptions, WaitOptions {
  /** Milliseconds until the server must have taken the client up; default none. */
  timeout?: number | undefined;
  /** Tells several channels on one endpoint apart; default `''`. */
  name?: string | undefined;
}

export interface ListenOptions extends ChannelOptions {
  /** Tells several channels on one endpoint apart; default `''`. */
  name?: string | undefined;
  /**
   * Whether the server outlives its last client. By default one that listens to a Worker, a MessagePort
   * or the parent ends with it.
   */
  keepAlive?: boolean | undefined;
}

/** `timeout` as given, or undefined for none. Throws `NotSupported` for what is no duration. */
export function checkTimeout(entry: unknown, timeout: number | undefined): number | undefined {
  if (timeout === undefined || timeout === Infinity) return undefined;
  if (typeof timeout === 'number' && timeout >= 0) return timeout;
  throw blame(new UmpError('NotSupported', 'timeout must be milliseconds, 0 or more'), entry);
}

/** 0 stands for unbounded, here and on the wire. */
export function checkCapacity(entry: unknown, capacity: number | undefined): number {
  if (capacity === undefined || capacity === Infinity) return 0;
  if (Number.isSafeInteger(capacity) && capacity > 0) return capacity;
  const message = 'capacity must be a whole number of messages, 1 or more';
  throw blame(new UmpError('NotSupported', message), entry);
}
