import { raise } from './errors.js';
import type { AbortSignal } from './support/platform.js';
import type { Lane, WorkingLane } from './transport/lane.js';

export interface SendOptions {
  /**
   * Objects that move instead of being copied: ports, ArrayBuffers, and whatever else the platform
   * can transfer.
   */
  transfer?: readonly object[];
}

export interface WaitOptions {
  /**
   * When it aborts, the call rejects with code `Aborted`, and the signal's reason is the `cause`.
   */
  signal?: AbortSignal | undefined;
}

export interface ReqOptions extends SendOptions, WaitOptions {
  /**
   * Milliseconds until the request is abandoned with code `Timeout`; default none. A reply that has
   * already arrived wins over it.
   */
  timeout?: number | undefined;
}

/** A post or a reply that was sent and will not be read. */
export type Dropped =
  | { type: 'post'; msg: unknown }
  | { type: 'reply'; value: unknown }
  | { type: 'failure'; error: unknown };

export type OnDropped = (dropped: Dropped) => void;

export interface DroppedOptions {
  /**
   * Called with posts that will not be read (at the server: unread when it closed; at the client:
   * not sent when the connection failed) and with replies that no caller waits for. The hook stays
   * in this thread when the server or the client is transferred.
   */
  onDropped?: OnDropped | undefined;
}

export interface HeartbeatOptions {
  /**
   * Milliseconds within which the peer must answer a ping; a peer that does not counts as dead.
   * Default none. This detects peers whose death is not reported (a crashed frame of another
   * origin) and threads that are blocked. Choose a longer time than the peer may ever compute
   * without returning to its event loop.
   */
  heartbeat?: number | undefined;
}

export interface SpinOptions {
  /**
   * Microseconds that this side polls for messages after each one that it has sent or received,
   * before its thread sleeps; default 0, at most 1,000,000. A round trip gets shorter by the time
   * that it takes to wake a sleeping thread, and the thread uses its core meanwhile. It polls
   * through the event loop, so that timers, sockets and other ports get their turn, and it keeps
   * the thread from exiting for no longer than it polls. The pings of `heartbeat` are not followed
   * by a poll. It has no effect in browsers, whose event loop cannot be polled; in Deno and Bun it
   * was not measured. Clones of the client in this thread keep it.
   */
  spin?: number | undefined;
}

export interface LaneOptions {
  /**
   * How messages are carried, such as `packed()` of "ump-ng/lanes". The server must offer the lane,
   * or else calls reject with `Protocol`. Default: as the platform does by itself.
   */
  lane?: Lane | undefined;
}

export interface LanesOptions {
  /** The lanes that clients may ask for. Clients without a lane are always accepted. */
  lanes?: readonly Lane[] | undefined;
}

/** Options of a connection that are the matter of its own end alone. */
export interface EndOptions extends HeartbeatOptions, SpinOptions {}

/** Options of the connection itself. */
export interface TransportOptions extends EndOptions {
  /** What this end can use. */
  readonly lane?: WorkingLane | undefined;
}

interface MailboxOptions extends DroppedOptions {
  /** How many unread messages of each client the mailbox takes; default unbounded. */
  capacity?: number | undefined;
}

export interface ChannelOptions extends MailboxOptions, LaneOptions {}

export interface ConnectOptions extends DroppedOptions, EndOptions, WaitOptions, LaneOptions {
  /** Milliseconds within which the server must accept the client; default none. */
  timeout?: number | undefined;
  /** Distinguishes several servers at one endpoint; default `''`. */
  name?: string | undefined;
  /**
   * Required for a Window: the origin that its page must have, such as `https://example.org`, or
   * `'null'` for an opaque origin (a sandboxed frame, a file). There is no wildcard. Or a list of
   * origins, of which the page must have one, and of RegExps that must match all of it. The client
   * asks for a server at each origin of the list; with RegExps alone it sends nothing, and waits
   * until the page there listens to this window with this page's origin among `allowedOrigins`.
   * What follows goes only to the origin that has answered.
   */
  origin?: string | readonly (string | RegExp)[] | undefined;
  /**
   * Connects again whenever a server that had accepted the client is gone: calls then wait for the
   * next server that listens there (of a reloaded frame, of a restarted service worker). Requests
   * that were pending reject with `ServerDisappeared`, and `closed` fulfils for each loss, after
   * which it must be read again. The client also waits after the last server was closed. It ends
   * with its own `close()`, the death of the thread, `signal`, or `timeout`, which starts again for
   * each server. Default false.
   */
  reconnect?: boolean | undefined;
}

export interface ListenOptions extends MailboxOptions, EndOptions, LanesOptions {
  /**
   * Distinguishes several servers at one endpoint; default `''`. The endpoint keeps an entry (less
   * than a kilobyte) for each name that was ever used there.
   */
  name?: string | undefined;
  /**
   * Whether the server outlives its last client. By default a server that listens to a Worker, a
   * MessagePort or the thread that started this one ends with its last client; one in a
   * SharedWorker or a ServiceWorker, or one that listens to a Window, stays until it is closed.
   */
  keepAlive?: boolean | undefined;
  /**
   * Required for a Window: the origins that may connect from there, each as a complete string
   * (`https://example.org`) or as a RegExp that must match all of it. Only the string `'null'`
   * allows opaque origins.
   */
  allowedOrigins?: readonly (string | RegExp)[] | undefined;
}

const MAX_SPIN_US = 1_000_000;

/** Marks options of spawnWorker() and serveWorker(), which connect only to each other. */
const ACTOR = Symbol('actor');

export const forActor = <T extends object>(options: T): T => ({ ...options, [ACTOR]: true });

export const isForActor = (options: object): boolean => ACTOR in options;

/**
 * Throws `InvalidArgument` if `options` is not an object, if an option is set and does not have the
 * type listed in `types`, or if `signal` is not an AbortSignal.
 */
export function checkTypes(
  stackStartFn: unknown,
  options: object,
  types: Readonly<Record<string, 'string' | 'boolean' | 'function'>>,
): void {
  const unchecked: unknown = options;
  const fail = (message: string): never => raise(stackStartFn, 'InvalidArgument', message);
  if (typeof unchecked !== 'object' || unchecked === null) {
    return fail('options must be an object');
  }
  const { signal, ...values } = unchecked as Record<string, unknown>;
  for (const [name, type] of Object.entries(types)) {
    const value = values[name];
    if (value !== undefined && typeof value !== type) fail(`${name} must be a ${type}`);
  }
  checkSignal(stackStartFn, signal);
}

/** Throws `InvalidArgument` unless the signal is undefined or has the methods of an EventTarget. */
export function checkSignal(stackStartFn: unknown, signal: unknown): void {
  if (signal === undefined) return;
  const { addEventListener, removeEventListener } = (signal ?? {}) as Record<string, unknown>;
  if (typeof addEventListener !== 'function' || typeof removeEventListener !== 'function') {
    raise(stackStartFn, 'InvalidArgument', 'signal must be an AbortSignal');
  }
}

/** Returns one lane for all of them. Throws `InvalidArgument` unless each is a lane. */
export function checkLanes(
  stackStartFn: unknown,
  lanes: readonly Lane[] = [],
): WorkingLane | undefined {
  // In untyped code it may be anything.
  const all = [lanes].flat() as (WorkingLane | undefined)[];
  for (const lane of all) checkTransportOptions(stackStartFn, { lane: lane ?? (null as never) });
  return all[0]?.among(all as WorkingLane[]);
}

/** Returns undefined for no timeout. Throws `InvalidArgument` unless it is 0 ms or more. */
export function checkTimeout(
  stackStartFn: unknown,
  timeout: number | undefined,
  name = 'timeout',
): number | undefined {
  if (timeout === undefined || timeout === Infinity) return undefined;
  if (typeof timeout === 'number' && timeout >= 0) return timeout;
  const message = `${name} must be a number of milliseconds, 0 or more`;
  return raise(stackStartFn, 'InvalidArgument', message);
}

/** Returns the checked options. Throws `InvalidArgument` if one is not in its range. */
export function checkTransportOptions(
  stackStartFn: unknown,
  { heartbeat, spin, lane }: EndOptions & LaneOptions,
): Required<TransportOptions> {
  if (spin !== undefined && !(typeof spin === 'number' && spin >= 0 && spin <= MAX_SPIN_US)) {
    const message = `spin must be a number of microseconds, 0 to ${String(MAX_SPIN_US)}`;
    raise(stackStartFn, 'InvalidArgument', message);
  }
  if (lane !== undefined && typeof (lane as WorkingLane | null)?.over !== 'function') {
    raise(stackStartFn, 'InvalidArgument', 'lane must be packed()');
  }
  return {
    heartbeat: checkTimeout(stackStartFn, heartbeat, 'heartbeat'),
    spin,
    lane: lane as WorkingLane | undefined,
  };
}

/** Returns 0 for unbounded, as in frames. Throws `InvalidArgument` unless it is 1 or more. */
export function checkCapacity(stackStartFn: unknown, capacity: number | undefined): number {
  if (capacity === undefined || capacity === Infinity) return 0;
  if (Number.isSafeInteger(capacity) && capacity > 0) return capacity;
  const message = 'capacity must be a whole number of messages, 1 or more';
  return raise(stackStartFn, 'InvalidArgument', message);
}
