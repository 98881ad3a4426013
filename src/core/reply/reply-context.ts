import type { ReplyConnection } from './reply-connection.js';
import { raise, type UmpErrorCode } from '../errors.js';
import { handOut } from '../transport/port-holders.js';
import {
  IS_HANDLE,
  cancelFinalization,
  finalizeOnCollect,
  type Finalizable,
} from '../support/finalization.js';
import { MovedReply } from './moved-reply.js';
import { openTransport } from '../transport/driver.js';
import { carriedBy } from '../transport/lane.js';
import { closeUnusedPort, createPeerChannel, claimPort } from '../transport/ports.js';
import { checkTransportOptions, type LaneOptions, type SendOptions } from '../options.js';
import {
  dispose,
  globals,
  type AbortSignal,
  type MessagePort,
  type PortLike,
} from '../support/platform.js';
import { realTimer } from '../support/natives.js';
import { perThread } from '../support/per-thread.js';
import { sendValue } from '../protocol/values.js';
import * as frames from '../protocol/frames.js';

/** Rejects the request of a context that was garbage-collected without an answer. */
class UnansweredContext implements Finalizable {
  readonly #connection: ReplyConnection;
  readonly #id: number;

  constructor(connection: ReplyConnection, id: number) {
    this.#connection = connection;
    this.#id = id;
  }

  finalize(): void {
    this.#connection.reject(this.#id, 'NoReply');
  }
}

/**
 * Registering a context for finalization costs more than the rest of its request, and most contexts
 * are answered at once. So only those are registered that are still open after REGISTER_AFTER_MS,
 * or when MAX_UNREGISTERED contexts have been taken since the last registration.
 */
const REGISTER_AFTER_MS = 1;
const MAX_UNREGISTERED = 1000;

let createContext: <R, E>(connection: ReplyConnection, id: number) => ReplyContext<R, E>;
let registerContext: (context: ReplyContext<unknown, unknown>) => void;
let failWithThrown: (context: ReplyContext<never>, error: unknown) => boolean;
let callerKnows: (context: ReplyContext<never>, feature: string) => boolean;
let rejectContext: (context: ReplyContext<never>, code: UmpErrorCode, message: string) => boolean;

interface Unregistered {
  contexts: ReplyContext<unknown, unknown>[];
  /** In a thread that never returns to its event loop, the timer is set but never fires. */
  isTimerSet: boolean;
}

const unregistered = perThread<Unregistered>(() => ({ contexts: [], isTimerSet: false }));

function registerAll(state: Unregistered): void {
  const { contexts } = state;
  state.contexts = [];
  contexts.forEach(registerContext);
}

function setTimer(state: Unregistered): void {
  state.isTimerSet = true;
  realTimer(REGISTER_AFTER_MS, () => {
    state.isTimerSet = false;
    registerAll(state);
  });
}

/**
 * Answers one request, once: now or later, in this thread or, after {@link ReplyContext.transfer},
 * in another. It can still be used after the server that it came from was closed.
 *
 * A context that is disposed or garbage-collected without an answer fails its request with
 * `NoReply`.
 */
export class ReplyContext<R, E = never> implements Disposable {
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  /** @internal */
  get [Symbol.toStringTag](): string {
    return this.constructor.name;
  }
  /** Undefined once the context was used. */
  #connection: ReplyConnection | undefined;
  readonly #id: number;
  #signal: AbortSignal | undefined;
  #isRegistered = false;

  private constructor(connection: ReplyConnection, id: number) {
    this.#connection = connection;
    this.#id = id;
  }

  static {
    createContext = (connection, id) => {
      const context = new ReplyContext<never, never>(connection, id);
      const state = unregistered();
      if (state.contexts.push(context) === MAX_UNREGISTERED) registerAll(state);
      if (!state.isTimerSet) setTimer(state);
      return context;
    };
    registerContext = (context) => {
      if (context.#connection === undefined) return;
      context.#isRegistered = true;
      finalizeOnCollect(context, new UnansweredContext(context.#connection, context.#id));
    };
    failWithThrown = (context, error) => {
      if (context.#connection === undefined) return false;
      context.#answer(failWithThrown, frames.HANDLER_ERROR, error, undefined);
      return true;
    };
    callerKnows = (context, feature) => context.#connection?.mayKnow(feature) === true;
    rejectContext = (context, code, message) => {
      if (context.#connection === undefined) return false;
      context.#use(rejectContext).reject(context.#id, code, message);
      return true;
    };
  }

  /**
   * Takes up a context that was transferred with {@link ReplyContext.transfer}. Each port can be
   * taken up once. If this thread ends before it answers, the caller gets `NoReply`. `lane` is that
   * of the caller; without it, the answer takes none. Another one fails the request with
   * `Protocol`.
   * @throws UmpError `InvalidArgument` if `port` is not a MessagePort, or for an option; `Detached`
   * if it was already taken up.
   */
  static from<R, E = never>(port: PortLike, options: LaneOptions = {}): ReplyContext<R, E> {
    const { lane } = checkTransportOptions(ReplyContext.from, options);
    const transport = openTransport(claimPort(ReplyContext.from, port));
    const connection = new MovedReply(carriedBy(lane, transport, true));
    connection.start();
    const context = new ReplyContext<R, E>(connection, 0);
    registerContext(context);
    return context;
  }

  /**
   * Answers the request. `value` is copied before the call returns; objects that `transfer` lists
   * are moved.
   * @returns false if the caller is gone, which is not an error.
   * @throws UmpError `Detached` if the context was already used; `DataClone` if the value cannot be
   * cloned, in which case the context is still open.
   */
  reply(value: R, options?: SendOptions): boolean {
    return this.#answer(ReplyContext.prototype.reply, frames.REPLY, value, options);
  }

  /**
   * Fails the request with the application's own error: the caller gets an UmpError with the code
   * `App` and a copy of `error` as its `appError`. Copies, moves, returns and throws like
   * {@link ReplyContext.reply}.
   */
  fail(error: E, options?: SendOptions): boolean {
    return this.#answer(ReplyContext.prototype.fail, frames.FAIL, error, options);
  }

  /**
   * Aborts when the caller cancels the request, its timeout expires, or the caller is gone; the
   * reason is an UmpError with the code `OriginDisappeared`.
   */
  get signal(): AbortSignal {
    return (this.#signal ??=
      this.#connection?.signalOf(this.#id) ?? new globals.AbortController().signal);
  }

  /**
   * Transfers the context: send the port to another thread and take it up there with
   * {@link ReplyContext.from}. That thread may transfer it again. The answer then does not depend
   * on this thread any more.
   * @throws UmpError `Detached` if the context was already used.
   */
  transfer(): MessagePort {
    const connection = this.#use(ReplyContext.prototype.transfer);
    const { port1, port2 } = createPeerChannel(connection.peer);
    if (connection.isPending(this.#id)) {
      connection.send([frames.MOVED, this.#id, port1], [port1]);
      connection.finish(this.#id, true);
    } else closeUnusedPort(port1);
    // The caller must learn, too, which agent has the port.
    return handOut(port2, (holder, sender) => {
      connection.send([frames.LIVENESS, undefined, holder, undefined, this.#id, sender]);
    });
  }

  /** Drops the context: if it was not used, the caller gets `NoReply`. */
  [dispose](): void {
    if (this.#connection !== undefined) this.#use(this[dispose]).reject(this.#id, 'NoReply');
  }

  #answer(
    stackStartFn: unknown,
    tag: frames.ReplyFrame[0],
    value: unknown,
    options: SendOptions | undefined,
  ): boolean {
    const connection = this.#connection ?? this.#use(stackStartFn);
    const isPending = connection.isPending(this.#id);
    // Throws DataClone before the context counts as used.
    if (isPending) sendValue(stackStartFn, connection, tag, this.#id, value, options);
    this.#use(stackStartFn);
    if (isPending) connection.finish(this.#id, tag === frames.REPLY);
    else connection.undelivered(frames.valueFrame(tag, this.#id, value, options?.transfer));
    return isPending;
  }

  #use(stackStartFn: unknown): ReplyConnection {
    const connection = this.#connection;
    if (connection === undefined)
      return raise(stackStartFn, 'Detached', 'this reply context was already used');
    this.#connection = undefined;
    if (this.#isRegistered) cancelFinalization(this);
    return connection;
  }
}

/** Creates the context of a request that was just taken from a mailbox. */
export { createContext };
/**
 * For actors. `failWithThrown` fails the request with `HandlerFailed`, `rejectContext` with `code`;
 * both return false if the context was already used. If the thrown value cannot be cloned,
 * `failWithThrown` throws `DataClone`, and leaves the context open.
 */
export { callerKnows, failWithThrown, rejectContext };
