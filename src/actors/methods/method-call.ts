/** The contexts of calls: what `this` is in the methods of an actor. */
import {
  type AbortSignal,
  callerKnows,
  isObject,
  isUmpError,
  type PortLike,
  REFERENCES_FEATURE,
  type ReplyContext,
  type SendOptions,
  type WeakClient,
} from '../../core/internal.js';
import { isPromise, MethodNotFound, Stop, type Flow } from '../handlers/handler.js';
import { byReference } from './by-reference.js';
import type { AnyCall } from './call.js';
import { olderCaller, sendError } from './call-errors.js';
import { ItemSink } from './item-sink.js';
import { closeUnsent } from './outgoing-call.js';
import { packResult } from './outgoing-stream.js';
import { endOfCall, isStream, pump } from './pump.js';
import { Transferred } from './transferred.js';

/** `this` of a method that is called by a post. */
export interface PostContext {
  /** A weak client of this actor; `upgrade()` returns a strong one. */
  readonly self: WeakClient<unknown, unknown, unknown, unknown>;
}

/** `this` of a method that is called by a request. */
export interface ReqContext extends PostContext {
  /** Aborts when the caller cancels, times out or dies. */
  readonly signal: AbortSignal;
  /**
   * The reply context of the request. A method that reads it answers with it, now or later: the
   * result of the method is then not sent, and neither is progress that it reports after that.
   */
  readonly rctx: ReplyContext<unknown, unknown>;
  /**
   * Sends a copy of the value to the `onProgress` of the caller, which receives all values in
   * order, and before the call settles. Does nothing if the caller has no `onProgress` or has
   * given the call up, or if the call has settled. `value` may be the result of `transferred()`.
   * @throws UmpError `DataClone` if the value cannot be cloned.
   */
  progress(value: unknown): void;
}

/** A method that was found; see callable-object.ts. */
interface Callee {
  readonly owner: { call(key: string, context: object, args: never[]): unknown };
  readonly key: string;
}

/** How a call with a sink ends. */
interface SinkEnd {
  readonly mode: unknown;
  readonly sent: number;
}

/** A call whose arguments are complete. */
type CalledMethod = Omit<AnyCall, 'args'> & { readonly args: never[] };

/** Returns a weak client of the server whose methods are called. */
export type Self = () => PostContext['self'];

export class PostCall implements PostContext {
  readonly #self: Self;

  constructor(self: Self) {
    this.#self = self;
  }

  get self(): PostContext['self'] {
    return this.#self();
  }
}

/** One request. */
export class MethodCall implements ReqContext {
  readonly #self: Self;
  readonly #rctx: ReplyContext<unknown, unknown>;
  /** A result of a callback that can be iterated is sent as a stream. */
  readonly #isCallback: boolean;
  #isContextTaken = false;
  /** Receives the progress. Closed before the reply, so that the caller knows it has all. */
  #progress: ItemSink | undefined = undefined;

  constructor(self: Self, rctx: ReplyContext<unknown, unknown>, isCallback = false) {
    this.#self = self;
    this.#rctx = rctx;
    this.#isCallback = isCallback;
  }

  get self(): PostContext['self'] {
    return this.#self();
  }

  get rctx(): ReplyContext<unknown, unknown> {
    this.#isContextTaken = true;
    this.#endProgress();
    return this.#rctx;
  }

  get signal(): AbortSignal {
    return this.#rctx.signal;
  }

  progress(value: unknown): void {
    if (this.#progress === undefined) return;
    try {
      this.#progress.post(value);
    } catch (error) {
      if (!isUmpError(error, 'ServerDisappeared')) throw error;
      this.#endProgress();
    }
  }

  /** Calls the method and replies. */
  run(callee: Callee, call: CalledMethod): Flow<unknown> {
    if (call.port !== undefined) return this.#runWithSink(callee, call, sinkOf(call, call.port));
    const result = callee.owner.call(callee.key, this, call.args);
    if (isPromise(result)) return this.#replyLater(call.name, result);
    return this.#reply(call.name, result);
  }

  async #replyLater(name: string, result: Promise<unknown>): Promise<Stop<unknown> | undefined> {
    return this.#reply(name, await result);
  }

  async #runWithSink(
    { owner, key }: Callee,
    { name, args, mode }: CalledMethod,
    sink: ItemSink,
  ): Promise<Stop<unknown> | undefined> {
    let end: unknown;
    try {
      if (mode === 'progress') this.#progress = sink;
      const result = await owner.call(key, this, args);
      if (mode === 'progress') end = result;
      else if (isStream(result)) end = await pump(result, sink);
      // A method that may return a stream or null has none this time.
      else if (result === undefined || result === null) end = result;
      else throw new MethodNotFound(`${name} is not a stream`);
    } finally {
      this.#progress = undefined;
      sink.close();
    }
    return this.#reply(name, end, { mode, sent: sink.sent });
  }

  #endProgress(): void {
    this.#progress?.close();
    this.#progress = undefined;
  }

  /** `sink`: the call had one. */
  #reply(name: string, value: unknown, sink?: SinkEnd): Stop<unknown> | undefined {
    let sent = value;
    let options: SendOptions | undefined;
    let stopped: Stop<unknown> | undefined;
    if (isObject(value)) {
      if (isStream(value) && !this.#isCallback) throw new MethodNotFound(`${name} is a stream`);
      if (value instanceof Stop) {
        stopped = value;
        sent = undefined;
      } else if (value instanceof Transferred) {
        sent = value.value;
        options = { transfer: value.transfer };
      }
    }
    if (!this.#isContextTaken) this.#send(name, sent, options, sink);
    return stopped;
  }

  #send(
    name: string,
    value: unknown,
    options: SendOptions | undefined,
    sink: SinkEnd | undefined,
  ): void {
    const transfer = options?.transfer ?? [];
    const what = `the result of ${this.#isCallback ? 'the callback' : `${name}()`}`;
    let packed: ReturnType<typeof packResult>;
    try {
      packed = packResult(value, transfer);
      if (packed !== undefined && !callerKnows(this.#rctx, REFERENCES_FEATURE)) {
        throw olderCaller(what, sink !== undefined);
      }
      const wire = packed === undefined ? value : byReference(packed);
      const reply = sink === undefined ? wire : endOfCall(wire, sink.mode, sink.sent);
      const all = packed === undefined ? options : { transfer: [...transfer, ...packed.ports] };
      if (!this.#rctx.reply(reply, all) && packed !== undefined) closeUnsent(packed);
    } catch (error) {
      if (packed !== undefined) closeUnsent(packed);
      const wraps = Number(packed !== undefined) + Number(sink !== undefined);
      throw sendError(error, what, wraps);
    }
  }
}

const sinkOf = ({ name, mode }: CalledMethod, port: PortLike): ItemSink =>
  ItemSink.open(
    port,
    `${mode === 'progress' ? 'progress' : 'an item'} of ${name}()`,
    mode,
    packResult,
  );
