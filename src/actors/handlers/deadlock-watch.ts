/**
 * Finds handlers that wait for each other in a circle. Each actor knows only which request its own
 * handler waits for. So a handler that has run for `deadlockAfter` milliseconds sends a probe after
 * that request, on the same connection. The actor that receives it passes it on, after the request
 * that its own handler waits for, if the first request cannot be answered before: its handler works
 * on it, or it is unread and waits for the only handler to end. A probe that comes back to the
 * handler that sent it has passed through a circle.
 *
 * When a probe comes back, the circle is still there: each handler on its way was waiting when the
 * probe passed, and can go on only after the next one has. (This is the algorithm of Chandy, Misra
 * and Haas.)
 */
import {
  CIRCLE_PROBE,
  type Mailbox,
  type MsgType,
  realTimer,
  type ServerConnection,
} from '../../core/internal.js';
import { describe, warn, type BlockedHandler, type DeadlockOptions } from './deadlock-warning.js';
import { Handling } from './handling.js';

/** A handler that a probe has come from. */
interface Hop extends BlockedHandler {
  readonly id: string;
  /** The number of the request, among all that the handler has made. */
  readonly request: number;
}

type Probe = [tag: typeof CIRCLE_PROBE, id: number, hops: readonly Hop[]];

/** A longer way is not followed: a peer may have made it up. */
const MAX_HOPS = 100;

interface Request {
  readonly connection: ServerConnection;
  readonly id: number;
}

/** One message that is being handled, or `init()`. */
interface Watched {
  readonly handling: Handling;
  readonly handles: string;
  /** Undefined for a post, and for `init()`. */
  readonly request: Request | undefined;
  readonly stopTimer: () => void;
  isReported: boolean;
}

export class DeadlockWatch {
  /** The default name of the actor. */
  className: string | undefined = undefined;
  readonly #options: DeadlockOptions & { readonly deadlockAfter: number };
  /** Whether an unread message waits until the one that is being handled is finished. */
  readonly #isSerial: boolean;
  readonly #running = new Set<Watched>();
  /** Whether all messages wait until `init()` has finished. */
  #isStarting = false;
  /** The request that was taken last. */
  #taken: Request | undefined = undefined;
  readonly #lastTaken = new WeakMap<ServerConnection, number>();

  constructor(options: DeadlockOptions & { readonly deadlockAfter: number }, isSerial: boolean) {
    this.#options = options;
    this.#isSerial = isSerial;
  }

  /** Watches the connections that the mailbox has, and all that it gets. */
  start(mailbox: Mailbox): this {
    for (const connection of mailbox.connections) this.#watch(connection);
    const add = mailbox.addConnection.bind(mailbox);
    mailbox.addConnection = (...args) => this.#watch(add(...args));
    return this;
  }

  /**
   * Replaces two methods of the connection, because the core neither reads probes nor reports which
   * request was taken: an actor without `deadlockAfter` pays nothing for them.
   */
  #watch(connection: ServerConnection): ServerConnection {
    const receive = connection.receive.bind(connection);
    connection.receive = (data) => {
      if (isProbe(data)) this.#onProbe(connection, data);
      else receive(data);
    };
    const begin = connection.begin.bind(connection);
    connection.begin = (id) => {
      begin(id);
      this.#taken = { connection, id };
      this.#lastTaken.set(connection, id);
    };
    return connection;
  }

  // ── handlers ───────────────────────────────────────────────────────────────────────────────────

  async duringInit(init: () => Promise<void>): Promise<void> {
    this.#isStarting = true;
    const watched = this.#begin('init()', undefined);
    try {
      await watched.handling.run(init);
    } finally {
      this.#isStarting = false;
      this.#end(watched);
    }
  }

  /** `call` calls the handler, and returns a promise if the handler goes on. */
  handle({ type, msg }: MsgType, call: () => Promise<void> | undefined): Promise<void> | undefined {
    const watched = this.#begin(
      `${type} ${describe(msg)}`,
      type === 'request' ? this.#taken : undefined,
    );
    const handled = watched.handling.run(call);
    if (handled === undefined) this.#end(watched);
    else {
      void handled.then(() => {
        this.#end(watched);
      });
    }
    return handled;
  }

  #begin(handles: string, request: Request | undefined): Watched {
    const { deadlockAfter } = this.#options;
    let stop = (): void => undefined;
    const check = (): void => {
      this.#probe(watched, []);
      stop = realTimer(deadlockAfter, check);
    };
    stop = realTimer(deadlockAfter, check);
    const stopTimer = (): void => {
      stop();
    };
    const handling = new Handling();
    const watched = { handling, handles, request, stopTimer, isReported: false };
    this.#running.add(watched);
    return watched;
  }

  #end(watched: Watched): void {
    watched.stopTimer();
    watched.handling.end();
    this.#running.delete(watched);
  }

  // ── probes ─────────────────────────────────────────────────────────────────────────────────────

  /** Sends a probe after the request that the handler waits for. */
  #probe({ handling, handles }: Watched, before: readonly Hop[]): void {
    const awaited = handling.onlyRequest;
    const connection = awaited?.pending.connection;
    // It has not been sent yet, or its context has moved to a thread that forwards no probes.
    if (awaited === undefined || connection?.isOneShot !== false) return;
    const actor = this.#options.name ?? this.className;
    const { id, elapsedMs: ms } = handling;
    const hop: Hop = { id, request: awaited.number, actor, handles, ms };
    const probe: Probe = [CIRCLE_PROBE, awaited.pending.id, [...before, hop]];
    connection.send(probe as never);
  }

  #onProbe(connection: ServerConnection, [, id, hops]: Probe): void {
    const blocking = this.#blockerOf(connection, id);
    const [first] = hops;
    if (blocking === undefined || first === undefined) return;
    const { handling } = blocking;
    if (first.id === handling.id) {
      // An older probe says nothing about the request that the handler waits for now.
      if (first.request === handling.onlyRequest?.number) this.#report(blocking, hops);
    } else if (hops.length < MAX_HOPS && hops.every((hop) => hop.id !== handling.id)) {
      this.#probe(blocking, hops);
    }
  }

  /** What must finish before this request can be answered; undefined if that is not known. */
  #blockerOf(connection: ServerConnection, id: number): Watched | undefined {
    for (const watched of this.#running) {
      const { request } = watched;
      if (request?.connection === connection && request.id === id) {
        return connection.isPending(id) ? watched : undefined;
      }
    }
    const isUnread = id > (this.#lastTaken.get(connection) ?? 0);
    if (!isUnread || !(this.#isSerial || this.#isStarting)) return undefined;
    const [only] = this.#running;
    return only;
  }

  /** The actor whose handler has run for the longest time reports the circle. */
  #report(watched: Watched, hops: readonly Hop[]): void {
    const [first] = hops;
    if (watched.isReported || first === undefined) return;
    if (hops.some(({ id }) => isOlder(id, first.id))) return;
    watched.isReported = true;
    const circle = hops.map(({ actor, handles, ms }) => ({ actor, handles, ms }));
    warn(circle, this.#options.onWarning);
  }
}

/** Ids begin with the time; the order of two of the same millisecond does not matter. */
const isOlder = (id: string, than: string): boolean => id < than;

function isProbe(data: unknown): data is Probe {
  if (!Array.isArray(data) || data[0] !== CIRCLE_PROBE) return false;
  const [, id, hops] = data as unknown[];
  return (
    Number.isSafeInteger(id) && Array.isArray(hops) && hops.length <= MAX_HOPS && hops.every(isHop)
  );
}

function isHop(value: unknown): value is Hop {
  const { id, request, actor, handles, ms } = (value ?? {}) as Partial<Record<keyof Hop, unknown>>;
  return (
    typeof id === 'string' &&
    typeof request === 'number' &&
    (actor === undefined || typeof actor === 'string') &&
    typeof handles === 'string' &&
    typeof ms === 'number'
  );
}
