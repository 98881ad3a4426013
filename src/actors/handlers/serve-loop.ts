/** The loop of an actor: takes one message after another and calls the handler. */
import {
  Deferred,
  endedByError,
  mailboxOf,
  type MsgType,
  rejectContext,
  type ReplyContext,
  type Server,
} from '../../core/internal.js';
import {
  isPromise,
  CallRefused,
  MethodNotFound,
  Stop,
  type Flow,
  type Handler,
  type HandlerOrFactory,
} from './handler.js';
import type { DeadlockWatch } from './deadlock-watch.js';
import { recordFailedPost } from './introspect.js';
import type { ServeOptions } from './serve-options.js';
import { rejectWithThrown, report } from '../support/report.js';

export class ServeLoop<P, S, R, E, T> {
  readonly #server: Server<P, S, R, E>;
  readonly #handlerOrFactory: HandlerOrFactory<P, S, R, E, T>;
  #handler: Handler<P, S, R, E, T> = {};
  readonly #concurrency: number;
  readonly #onError: ServeOptions<T>['onError'];
  readonly #watch: DeadlockWatch | undefined;
  /** Messages that the handler is working on. */
  readonly #running = new Set<Promise<void>>();
  #onOneDone: (() => void) | undefined = undefined;
  #stopped: Stop<T> | undefined = undefined;
  #failed: { error: unknown } | undefined = undefined;
  readonly #started = new Deferred<void>();
  readonly started = this.#started.promise;

  constructor(
    server: Server<P, S, R, E>,
    handlerOrFactory: HandlerOrFactory<P, S, R, E, T>,
    concurrency: number,
    onError: ServeOptions<T>['onError'],
    watch: DeadlockWatch | undefined,
  ) {
    this.#server = server;
    this.#handlerOrFactory = handlerOrFactory;
    this.#concurrency = concurrency;
    this.#onError = onError;
    this.#watch = watch;
    this.started.catch(() => undefined);
  }

  async run(): Promise<T | undefined> {
    const mailbox = mailboxOf(this.#server);
    mailbox.returnUnreadAtClose();
    await this.#endIfItThrows(() => this.#watch?.duringInit(() => this.#init()) ?? this.#init());
    if (this.#failed === undefined) {
      this.#started.resolve();
      await this.#takeAll();
    } else this.#started.reject(this.#failed.error);
    this.#server.close();
    await Promise.all(this.#running);
    await mailbox.unread.allRejected.wait();
    const stopped = this.#stopped?.value;
    let replacement: T | undefined;
    await this.#endIfItThrows(async () => {
      replacement = (await this.#handler.term?.(stopped)) as T | undefined;
    });
    if (this.#failed !== undefined) throw this.#failed.error;
    return replacement ?? stopped;
  }

  async #init(): Promise<void> {
    const handlerOrFactory = this.#handlerOrFactory;
    if (typeof handlerOrFactory !== 'function') {
      this.#handler = handlerOrFactory;
      if (handlerOrFactory.init === undefined) return;
    }
    const client = this.#server.client();
    const self = client.weak();
    client.close();
    if (typeof handlerOrFactory === 'function') this.#handler = await handlerOrFactory(self);
    if (this.#watch !== undefined) this.#watch.className = classNameOf(this.#handler);
    await this.#handler.init?.(self);
  }

  /**
   * Handles messages until the server ends. Not a loop with `await`: while the actor is idle, the
   * loop's variable would keep the last message, and everything in it, reachable.
   */
  #takeAll(): Promise<void> {
    const messages = this.#server[Symbol.asyncIterator]();
    return new Promise((resolve, reject) => {
      const takeNext = (): void => {
        messages.next().then(onMessage, reject);
      };
      const onMessage = (result: IteratorResult<MsgType<P, S, R, E>>): void => {
        if (result.done === true) {
          resolve();
          return;
        }
        const message = result.value;
        const handling =
          this.#watch === undefined
            ? this.#handle(message)
            : this.#watch.handle(message, () => this.#handle(message));
        if (handling === undefined) takeNext();
        else this.#untilNextMayStart(handling).then(takeNext, reject);
      };
      takeNext();
    });
  }

  /** Returns undefined if the handler has already finished with the message. */
  #handle(message: MsgType<P, S, R, E>): Promise<void> | undefined {
    try {
      const flow = this.#callHandler(message);
      // A getter `then` of the returned object may throw as well.
      if (isPromise(flow)) return this.#finish(flow, message);
      this.#stopIf(flow);
    } catch (error) {
      return this.#handleError(error, message);
    }
    return undefined;
  }

  #callHandler(message: MsgType<P, S, R, E>): Flow<T> {
    const handler = this.#handler;
    if (message.type === 'post') {
      if (handler.post === undefined) throw new MethodNotFound('this actor takes no posts');
      return handler.post(message.msg, message.from);
    }
    if (handler.req === undefined) throw new MethodNotFound('this actor takes no requests');
    return handler.req(message.msg, message.rctx, message.from);
  }

  async #finish(flow: Promise<unknown>, message: MsgType<P, S, R, E>): Promise<void> {
    try {
      this.#stopIf(await flow);
    } catch (error) {
      await this.#handleError(error, message);
    }
  }

  #stopIf(flow: unknown): void {
    if (!(flow instanceof Stop)) return;
    this.#stopped ??= flow as Stop<T>;
    this.#server.close();
  }

  async #handleError(error: unknown, message: MsgType<P, S, R, E>): Promise<void> {
    const reachesCaller = message.type === 'request' && rejectCaller(message.rctx, error);
    if (message.type === 'post') recordFailedPost(this.#server);
    await this.#endIfItThrows(async () => {
      if (this.#onError !== undefined) this.#stopIf(await this.#onError(error, message));
      else if (!reachesCaller) report(error);
    });
  }

  /** Waits until fewer than `concurrency` messages are being handled. */
  async #untilNextMayStart(handling: Promise<void>): Promise<void> {
    const running = handling.then(() => {
      this.#running.delete(running);
      this.#onOneDone?.();
    });
    this.#running.add(running);
    if (this.#running.size < this.#concurrency) return;
    // Promise.race() would add a reaction to every promise that is still pending, each time.
    await new Promise<void>((resolve) => {
      this.#onOneDone = resolve;
    });
  }

  /** An error that `step` throws ends the actor. */
  async #endIfItThrows(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#failed ??= { error };
      closeBecauseOf(this.#server, error);
    }
  }
}

/** Undefined for a literal. */
function classNameOf(handler: object): string | undefined {
  const name = (handler.constructor as { name?: unknown } | undefined)?.name;
  return typeof name === 'string' && name !== 'Object' && name !== '' ? name : undefined;
}

/** Closes the server; its callers get `ServerDisappeared` with the error as `cause`. */
export function closeBecauseOf<P, S, R, E>(server: Server<P, S, R, E>, cause: unknown): void {
  mailboxOf(server).close(endedByError(cause));
  server.close();
}

/** Returns false if the request was already answered. */
function rejectCaller<R, E>(rctx: ReplyContext<R, E>, error: unknown): boolean {
  const context = rctx as unknown as ReplyContext<never>;
  return error instanceof CallRefused
    ? rejectContext(context, error.code, error.message)
    : rejectWithThrown(context, error);
}
