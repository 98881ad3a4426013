/** The loop of an actor: takes a message, lets the handler deal with it, takes the next. */
import {
  Failure,
  mailboxOf,
  type MsgType,
  raise,
  rejectContext,
  type ReplyContext,
  type Server,
} from '../../core/internal.js';
import { isPromise, Refusal, Stop, type Flow, type Given, type Handler } from './handler.js';
import { mustBeServer, postFailed } from './introspect.js';
import { report, tellThrown } from './report.js';

export interface ServeOptions<T = unknown> {
  /** How many messages may be in the hands of the handler at once; default 1. */
  concurrency?: number | undefined;
  /**
   * Told of whatever a handler throws. The caller of a request has got it by then (`HandlerFailed`,
   * unless his context was used before). What `onError` throws ends the actor, and `done` rejects
   * with it; a `stop(value)` that it returns ends it, too. Otherwise the actor goes on.
   *
   * Default: what no caller hears of, a failed post above all, is reported as an error that nobody
   * caught, in Node on the console.
   */
  onError?: ((error: unknown, message: MsgType) => Flow<T>) | undefined;
}

/**
 * Serves until the handler stops, or no client that counts is left; then closes the server.
 * Messages wait until the handler is there.
 *
 * @param handler ready for use, or what makes it
 * @returns fulfils with the value that the handler stopped with (undefined if it did not), once
 * `term()` is done. Rejects with what `init()`, `term()`, `onError` or the factory threw.
 * @throws UmpError `InvalidArgument` if `concurrency` is no whole number above 0.
 */
export function serve<P, S, R, E, T>(
  server: Server<P, S, R, E>,
  handler: Given<P, S, R, E, T>,
  options: ServeOptions<T> = {},
): Promise<T | undefined> {
  mustBeServer(serve, server);
  const concurrency = checkConcurrency(serve, options.concurrency);
  return new Loop(server, handler, concurrency, options.onError).run();
}

export function checkConcurrency(stackStartFn: unknown, concurrency = 1): number {
  if (Number.isInteger(concurrency) && concurrency > 0) return concurrency;
  return raise(stackStartFn, 'InvalidArgument', 'concurrency must be a whole number above 0');
}

class Loop<P, S, R, E, T> {
  readonly #server: Server<P, S, R, E>;
  readonly #given: Given<P, S, R, E, T>;
  #handler: Handler<P, S, R, E, T> = {};
  readonly #concurrency: number;
  readonly #onError: ServeOptions<T>['onError'];
  /** Messages in the hands of the handler. */
  readonly #running = new Set<Promise<void>>();
  #oneDone: (() => void) | undefined = undefined;
  #stopped: Stop<T> | undefined = undefined;
  #failed: { error: unknown } | undefined = undefined;

  constructor(
    server: Server<P, S, R, E>,
    given: Given<P, S, R, E, T>,
    concurrency: number,
    onError: ServeOptions<T>['onError'],
  ) {
    this.#server = server;
    this.#given = given;
    this.#concurrency = concurrency;
    this.#onError = onError;
  }

  async run(): Promise<T | undefined> {
    await this.#attempt(() => this.#begin());
    if (this.#failed === undefined) await this.#takeAll();
    this.#server.close();
    await Promise.all(this.#running);
    const stopped = this.#stopped?.value;
    let last: T | undefined;
    await this.#attempt(async () => {
      last = (await this.#handler.term?.(stopped)) as T | undefined;
    });
    if (this.#failed !== undefined) throw this.#failed.error;
    return last ?? stopped;
  }

  async #begin(): Promise<void> {
    const given = this.#given;
    if (typeof given !== 'function') {
      this.#handler = given;
      if (given.init === undefined) return;
    }
    const client = this.#server.client();
    const self = client.weak();
    client.close();
    if (typeof given === 'function') this.#handler = await given(self);
    await this.#handler.init?.(self);
  }

  /**
   * One message after the other, until there will be no more. Not in a loop that awaits: while the
   * actor is idle, the variable of that loop would keep the last message and all that it carried.
   */
  #takeAll(): Promise<void> {
    const messages = this.#server[Symbol.asyncIterator]();
    return new Promise((resolve, reject) => {
      const take = (): void => {
        messages.next().then(taken, reject);
      };
      const taken = (result: IteratorResult<MsgType<P, S, R, E>>): void => {
        if (result.done === true) {
          resolve();
          return;
        }
        const handled = this.#handle(result.value);
        if (handled === undefined) take();
        else this.#room(handled).then(take, reject);
      };
      take();
    });
  }

  /** Undefined if it is done with already. */
  #handle(message: MsgType<P, S, R, E>): Promise<void> | undefined {
    let flow: Flow<T>;
    try {
      flow = this.#give(message);
    } catch (error) {
      return this.#threw(error, message);
    }
    if (isPromise(flow)) return this.#finish(flow, message);
    this.#end(flow);
    return undefined;
  }

  #give(message: MsgType<P, S, R, E>): Flow<T> {
    const handler = this.#handler;
    if (message.type === 'post') {
      if (handler.post === undefined) throw new Refusal('this actor takes no posts');
      return handler.post(message.msg);
    }
    if (handler.req === undefined) throw new Refusal('this actor takes no requests');
    return handler.req(message.msg, message.rctx);
  }

  async #finish(flow: Promise<unknown>, message: MsgType<P, S, R, E>): Promise<void> {
    try {
      this.#end(await flow);
    } catch (error) {
      await this.#threw(error, message);
    }
  }

  #end(flow: unknown): void {
    if (!(flow instanceof Stop)) return;
    this.#stopped ??= flow as Stop<T>;
    this.#server.close();
  }

  async #threw(error: unknown, message: MsgType<P, S, R, E>): Promise<void> {
    const isTold = message.type === 'request' && tell(asAny(message.rctx), error);
    if (message.type === 'post') postFailed(this.#server);
    await this.#attempt(async () => {
      if (this.#onError !== undefined) this.#end(await this.#onError(error, message));
      else if (!isTold) report(error);
    });
  }

  /** Waits until one more message may be taken. */
  async #room(handled: Promise<void>): Promise<void> {
    const running = handled.then(() => {
      this.#running.delete(running);
      this.#oneDone?.();
    });
    this.#running.add(running);
    if (this.#running.size < this.#concurrency) return;
    // Promise.race() would leave something behind, each time, at every one that is still running.
    await new Promise<void>((resolve) => {
      this.#oneDone = resolve;
    });
  }

  /** What goes wrong here is the end of the actor. */
  async #attempt(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      this.#failed ??= { error };
      endBy(this.#server, error);
    }
  }
}

/** Ends it, and its callers get `ServerDisappeared` with this as `cause`. */
export function endBy<P, S, R, E>(server: Server<P, S, R, E>, cause: unknown): void {
  mailboxOf(server).close(
    new Failure('ServerDisappeared', 'an error ended the server: see cause', { cause }),
  );
  server.close();
}

/** False if he has had his answer before. */
const tell = (rctx: ReplyContext<never>, error: unknown): boolean =>
  error instanceof Refusal
    ? rejectContext(rctx, error.code, error.message)
    : tellThrown(rctx, error);

const asAny = (rctx: unknown): ReplyContext<never> => rctx as ReplyContext<never>;
