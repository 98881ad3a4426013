/**
 * ReplyContext: open → replied | failed | dropped | moved, once.
 */
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
import { closeUnusedPort, createPeerChannel, claimPort } from '../transport/ports.js';
import type { SendOptions } from '../options.js';
import {
  dispose,
  globals,
  later,
  type AbortSignal,
  type MessagePort,
  type PortLike,
} from '../support/platform.js';
import { perThread } from '../support/per-thread.js';
import { sendValue } from '../protocol/values.js';
import * as frames from '../protocol/frames.js';

/** What is left of a context that was collected unanswered. */
class UnansweredContext implements Finalizable {
  readonly #connection: ReplyConnection;
  readonly #id: number;

  constructor(connection: ReplyConnection, id: number) {
    this.#connection = connection;
    this.#id = id;
  }

  finalize(): void {
    this.#connection.rejectNoReply(this.#id);
  }
}

/**
 * To hear of a context's collection costs more than the rest of its request, and most are answered
 * at once: only those are watched that are still open so many milliseconds after they were taken,
 * or by the time that so many others were.
 */
const REGISTER_AFTER_MS = 1;
const MAX_UNREGISTERED = 1000;

let createContext: <R, E>(connection: ReplyConnection, id: number) => ReplyContext<R, E>;
let register: (context: ReplyContext<unknown, unknown>) => void;
let failWithThrown: (context: ReplyContext<never>, error: unknown) => boolean;
let rejectContext: (context: ReplyContext<never>, code: UmpErrorCode, message: string) => boolean;

interface Unregistered {
  contexts: ReplyContext<unknown, unknown>[];
  /** A thread that never comes back to its event loop sets the timer, but the timer does not fire. */
  isTimerSet: boolean;
}

const unregistered = perThread<Unregistered>(() => ({ contexts: [], isTimerSet: false }));

function registerAll(state: Unregistered): void {
  const { contexts } = state;
  state.contexts = [];
  contexts.forEach(register);
}

function setTimer(state: Unregistered): void {
  state.isTimerSet = true;
  later(REGISTER_AFTER_MS, () => {
    state.isTimerSet = false;
    registerAll(state);
  });
}

/**
 * The right, and the duty, to answer one request. It may be used once, now or later, in this thread
 * or in another ({@link ReplyContext.transfer}), and outlives the server it came from.
 */
export class ReplyContext<R, E = never> implements Disposable {
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  /** Undefined once used. */
  #connection: ReplyConnection | undefined;
  readonly #id: number;
  #signal: AbortSignal | undefined = undefined;
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
    register = (context) => {
      if (context.#connection === undefined) return;
      context.#isRegistered = true;
      finalizeOnCollect(context, new UnansweredContext(context.#connection, context.#id));
    };
    failWithThrown = (context, error) => {
      if (context.#connection === undefined) return false;
      context.#answer(failWithThrown, frames.HANDLER_ERROR, error, undefined);
      return true;
    };
    rejectContext = (context, code, message) => {
      if (context.#connection === undefined) return false;
      context.#use(rejectContext).reject(context.#id, code, message);
      return true;
    };
  }

  /**
   * Takes up a context that was given away with {@link ReplyContext.transfer}.
   * The caller gets `NoReply` if this thread ends before it answers.
   * @throws UmpError `InvalidArgument` if `port` is not a port.
   */
  static from<R, E = never>(port: PortLike): ReplyContext<R, E> {
    const holder = new MovedReply(claimPort(ReplyContext.from, port));
    const context = new ReplyContext<R, E>(holder, 0);
    register(context);
    return context;
  }

  /**
   * Answers the request. The value is copied before this returns; what `transfer` names moves.
   * @returns false if the caller has gone, which is no error.
   * @throws UmpError `Detached` on a second use; `DataClone` if the value can't be cloned: the
   * context then is still open.
   */
  reply(value: R, options?: SendOptions): boolean {
    return this.#answer(ReplyContext.prototype.reply, frames.REPLY, value, options);
  }

  /**
   * Fails the request with the application's own error, which the caller finds, whole, as
   * `appError` of an UmpError with code `App`. Copies and throws like {@link ReplyContext.reply}.
   */
  fail(error: E, options?: SendOptions): boolean {
    return this.#answer(ReplyContext.prototype.fail, frames.FAIL, error, options);
  }

  /** Aborts, with an UmpError `OriginDisappeared`, when the caller cancels, times out or dies. */
  get signal(): AbortSignal {
    return (this.#signal ??=
      this.#connection?.signalOf(this.#id) ?? new globals.AbortController().signal);
  }

  /**
   * Gives the context away: send the port to another thread, and take it up there with
   * {@link ReplyContext.from}. May be done again there.
   * @throws UmpError `Detached` if the context was already used.
   */
  transfer(): MessagePort {
    const connection = this.#use(ReplyContext.prototype.transfer);
    const { port1, port2 } = createPeerChannel(connection.peerId);
    if (connection.isPending(this.#id)) {
      connection.send([frames.MOVED, this.#id, port1], [port1]);
      connection.finish(this.#id, true);
    } else closeUnusedPort(port1);
    return handOut(port2, (holder, giver) => {
      connection.send([frames.LIVENESS, undefined, holder, undefined, this.#id, giver]);
    });
  }

  /** Drops the context: if it is unanswered, the caller gets `NoReply`. */
  [dispose](): void {
    if (this.#connection !== undefined) this.#use(this[dispose]).rejectNoReply(this.#id);
  }

  #answer(
    stackStartFn: unknown,
    tag: frames.ReplyFrame[0],
    given: unknown,
    options: SendOptions | undefined,
  ): boolean {
    const connection = this.#connection ?? this.#use(stackStartFn);
    const waits = connection.isPending(this.#id);
    // If it can't be cloned, it throws here, and the context is still open.
    if (waits) sendValue(stackStartFn, connection, tag, this.#id, given, options);
    this.#use(stackStartFn);
    if (waits) connection.finish(this.#id, tag === frames.REPLY);
    else connection.undelivered([tag, this.#id, given]);
    return waits;
  }

  #use(stackStartFn: unknown): ReplyConnection {
    const connection = this.#connection;
    if (connection === undefined)
      return raise(stackStartFn, 'Detached', 'this context was already used');
    this.#connection = undefined;
    if (this.#isRegistered) cancelFinalization(this);
    return connection;
  }
}

/** A context for a request that has just been taken from a mailbox. */
export { createContext };
/**
 * For actors: the caller gets `HandlerFailed`, or one of our codes. False if the context was
 * already used. Throws, and it still is open, if what was thrown cannot be cloned.
 */
export { failWithThrown, rejectContext };
