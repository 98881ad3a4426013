import { UmpError, trimStack, raise } from './errors.js';
import type { AbortSignal } from './support/platform.js';

export interface SendOptions {
  /**
   * What moves instead of being copied: ports, ArrayBuffers, and what else the platform transfers.
   */
  transfer?: readonly object[];
}

export interface WaitOptions {
  /**
   * Gives up when it aborts: the call rejects with code `Aborted`, `cause` being the signal's
   * reason.
   */
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
   * Told of posts that nobody will read (server side: unread when it closed; client side: unsent
   * when the connection failed) and of answers that nobody waits for. Stays in the thread it was
   * given in.
   */
  onDropped?: OnDropped | undefined;
}

export interface HeartbeatOptions {
  /**
   * Milliseconds between two looks whether the other side still answers; one that has not answered
   * the last by then is taken for dead. Default none. For peers whose death nothing tells (a frame
   * from another origin that crashed, a thread that is stuck): choose more than the longest time
   * that they may compute without coming back to their event loop.
   */
  heartbeat?: number | undefined;
}

export interface ChannelOptions extends DroppedOptions {
  /** How many messages each client's port may have waiting in the mailbox; default unbounded. */
  capacity?: number | undefined;
}

export interface ConnectOptions extends DroppedOptions, HeartbeatOptions, WaitOptions {
  /** Milliseconds until the server must have taken the client up; default none. */
  timeout?: number | undefined;
  /** Tells several channels on one endpoint apart; default `''`. */
  name?: string | undefined;
  /**
   * Required for a Window, where it is the origin that the page in it must have:
   * `https://example.org`, or `'null'` for an opaque one (a sandboxed frame, a file). There is no
   * wildcard.
   */
  origin?: string | undefined;
  /**
   * Connects anew whenever a server that had taken the client up is gone: its calls then wait for
   * the next one that listens there (a reloaded frame, a restarted service worker). What was
   * pending still rejects with `ServerDisappeared`, and `closed` tells of each loss: read it anew
   * after one. It also waits where the last server was closed. Its own `close()`, the end of the
   * thread, `signal`, or `timeout`, which counts anew for each server, end it. Default false.
   */
  reconnect?: boolean | undefined;
}

export interface ListenOptions extends ChannelOptions, HeartbeatOptions {
  /** Tells several channels on one endpoint apart; default `''`. */
  name?: string | undefined;
  /**
   * Whether the server outlives its last client. By default one that listens to a Worker, a
   * MessagePort or the thread that started this one ends with it; one in a SharedWorker or a
   * ServiceWorker, or that listens to a Window, stays until it is closed.
   */
  keepAlive?: boolean | undefined;
  /**
   * Required for a Window: the origins that may connect from there, each whole
   * (`https://example.org`) or as a RegExp for the whole of it. An opaque origin only as the string
   * `'null'`.
   */
  allowedOrigins?: readonly (string | RegExp)[] | undefined;
}

/** In options that come from spawnWorker() or serveWorker(), which belong together. */
const ACTOR = Symbol('actor');

export const forActor = <T extends object>(options: T): T => ({ ...options, [ACTOR]: true });

export const isForActor = (options: object): boolean => ACTOR in options;

/**
 * Throws `InvalidArgument` where an option is of another type than is named for it; undefined is none.
 * A signal is an object with addEventListener().
 */
export function checkTypes(
  stackStartFn: unknown,
  options: object,
  types: Readonly<Record<string, 'string' | 'boolean' | 'function'>>,
): void {
  const given: unknown = options;
  const fail = (message: string): never => raise(stackStartFn, 'InvalidArgument', message);
  if (typeof given !== 'object' || given === null) return fail('options must be an object');
  const { signal, ...values } = given as Record<string, unknown>;
  for (const [name, type] of Object.entries(types)) {
    const value = values[name];
    if (value !== undefined && typeof value !== type) fail(`${name} must be a ${type}`);
  }
  checkSignal(stackStartFn, signal);
}

/** Throws `InvalidArgument` for what is no signal. */
export function checkSignal(stackStartFn: unknown, signal: unknown): void {
  if (signal === undefined) return;
  const { addEventListener } = (signal ?? {}) as { addEventListener?: unknown };
  if (typeof addEventListener !== 'function') {
    raise(stackStartFn, 'InvalidArgument', 'signal must be an AbortSignal');
  }
}

/** `timeout` as given, or undefined for none. Throws `InvalidArgument` for what is no duration. */
export function checkTimeout(
  stackStartFn: unknown,
  timeout: number | undefined,
  what = 'timeout',
): number | undefined {
  if (timeout === undefined || timeout === Infinity) return undefined;
  if (typeof timeout === 'number' && timeout >= 0) return timeout;
  throw trimStack(
    new UmpError('InvalidArgument', `${what} must be milliseconds, 0 or more`),
    stackStartFn,
  );
}

/** 0 stands for unbounded, here and on the wire. */
export function checkCapacity(stackStartFn: unknown, capacity: number | undefined): number {
  if (capacity === undefined || capacity === Infinity) return 0;
  if (Number.isSafeInteger(capacity) && capacity > 0) return capacity;
  const message = 'capacity must be a whole number of messages, 1 or more';
  throw trimStack(new UmpError('InvalidArgument', message), stackStartFn);
}
