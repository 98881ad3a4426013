/**
 * ReplyContext: open → replied | failed | dropped | moved, once.
 */
import type { AnswerLine } from './answers.js';
import { raise, type UmpErrorCode } from './errors.js';
import { give } from './given.js';
import { IS_HANDLE, notForgotten, onForgotten, type Forgettable } from './handle.js';
import { Holder } from './holder.js';
import { hangUp, newLine, portFrom } from './link.js';
import type { SendOptions } from './options.js';
import {
  dispose,
  globals,
  later,
  type AbortSignal,
  type MessagePort,
  type PortLike,
} from './platform.js';
import { sendValue } from './values.js';
import * as wire from './wire.js';

/** What is left of a context that was collected unanswered. */
class Forgotten implements Forgettable {
  readonly #line: AnswerLine;
  readonly #id: number;

  constructor(line: AnswerLine, id: number) {
    this.#line = line;
    this.#id = id;
  }

  forgotten(): void {
    this.#line.drop(this.#id);
  }
}

/**
 * To hear of a context's collection costs more than the rest of its request, and most are answered
 * at once: only those are watched that are still open so many milliseconds after they were taken,
 * or by the time that so many others were.
 */
const FRESH_FOR = 1;
const MOST_FRESH = 1000;

let open: <R, E>(line: AnswerLine, id: number) => ReplyContext<R, E>;
let watch: (context: ReplyContext<unknown, unknown>) => void;
let answerThrown: (context: ReplyContext<never>, error: unknown) => boolean;
let refuse: (context: ReplyContext<never>, code: UmpErrorCode, message: string) => boolean;
let fresh: ReplyContext<unknown, unknown>[] = [];
/** The timer is set; in a thread that never comes back to its event loop it does not go off. */
let isTimed = false;

function watchFresh(): void {
  const contexts = fresh;
  fresh = [];
  contexts.forEach(watch);
}

function onTime(): void {
  isTimed = false;
  watchFresh();
}

/**
 * The right, and the duty, to answer one request. It may be used once, now or later, in this thread
 * or in another ({@link ReplyContext.transfer}), and outlives the server it came from.
 */
export class ReplyContext<R, E = never> implements Disposable {
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  /** Undefined once used. */
  #line: AnswerLine | undefined;
  readonly #id: number;
  #signal: AbortSignal | undefined = undefined;
  #watched = false;

  private constructor(line: AnswerLine, id: number) {
    this.#line = line;
    this.#id = id;
  }

  static {
    open = (line, id) => {
      const context = new ReplyContext<never, never>(line, id);
      if (fresh.push(context) === MOST_FRESH) watchFresh();
      if (!isTimed) later(FRESH_FOR, onTime);
      isTimed = true;
      return context;
    };
    watch = (context) => {
      if (context.#line === undefined) return;
      context.#watched = true;
      onForgotten(context, new Forgotten(context.#line, context.#id));
    };
    answerThrown = (context, error) => {
      if (context.#line === undefined) return false;
      context.#answer(answerThrown, wire.THREW, error, undefined);
      return true;
    };
    refuse = (context, code, message) => {
      if (context.#line === undefined) return false;
      context.#use(refuse).refuseOne(context.#id, code, message);
      return true;
    };
  }

  /**
   * Takes up a context that was given away with {@link ReplyContext.transfer}.
   * The caller gets `NoReply` if this thread ends before it answers.
   * @throws UmpError `NotSupported` if `port` is not a port.
   */
  static from<R, E = never>(port: PortLike): ReplyContext<R, E> {
    const holder = new Holder(portFrom(ReplyContext.from, port));
    const context = new ReplyContext<R, E>(holder, 0);
    watch(context);
    return context;
  }

  /**
   * Answers the request. The value is copied before this returns; what `transfer` names moves.
   * @returns false if the caller has gone, which is no error.
   * @throws UmpError `Detached` on a second use; `DataClone` if the value can't be cloned: the
   * context then is still open.
   */
  reply(value: R, options?: SendOptions): boolean {
    return this.#answer(ReplyContext.prototype.reply, wire.REPLY, value, options);
  }

  /**
   * Fails the request with the application's own error, which the caller finds, whole, as
   * `appError` of an UmpError with code `App`. Copies and throws like {@link ReplyContext.reply}.
   */
  fail(error: E, options?: SendOptions): boolean {
    return this.#answer(ReplyContext.prototype.fail, wire.FAIL, error, options);
  }

  /** Aborts, with an UmpError `OriginDisappeared`, when the caller cancels, times out or dies. */
  get signal(): AbortSignal {
    return (this.#signal ??=
      this.#line?.signalOf(this.#id) ?? new globals.AbortController().signal);
  }

  /**
   * Gives the context away: send the port to another thread, and take it up there with
   * {@link ReplyContext.from}. May be done again there.
   * @throws UmpError `Detached` if the context was already used.
   */
  transfer(): MessagePort {
    const line = this.#use(ReplyContext.prototype.transfer);
    const { port1, port2 } = newLine(line.peer);
    if (line.waits(this.#id)) {
      line.send([wire.MOVED, this.#id, port1], [port1]);
      line.done(this.#id, true);
    } else hangUp(port1);
    return give(port2, (holder, giver) => {
      line.send([wire.LIFE, undefined, holder, undefined, this.#id, giver]);
    });
  }

  /** Drops the context: if it is unanswered, the caller gets `NoReply`. */
  [dispose](): void {
    if (this.#line !== undefined) this.#use(this[dispose]).drop(this.#id);
  }

  #answer(
    entry: unknown,
    tag: wire.Reply[0],
    given: unknown,
    options: SendOptions | undefined,
  ): boolean {
    const line = this.#line ?? this.#use(entry);
    const waits = line.waits(this.#id);
    // If it can't be cloned, it throws here, and the context is still open.
    if (waits) sendValue(entry, line, tag, this.#id, given, options);
    this.#use(entry);
    if (waits) line.done(this.#id, tag === wire.REPLY);
    else line.dropped([tag, this.#id, given]);
    return waits;
  }

  #use(entry: unknown): AnswerLine {
    const line = this.#line;
    if (line === undefined) return raise(entry, 'Detached', 'this context was already used');
    this.#line = undefined;
    if (this.#watched) notForgotten(this);
    return line;
  }
}

/** A context for a request that has just been taken from a mailbox. */
export { open as openContext };
/**
 * For actors: the caller gets `HandlerFailed`, or one of our codes. False if the context was
 * already used. Throws, and it still is open, if what was thrown cannot be cloned.
 */
export { answerThrown, refuse };
