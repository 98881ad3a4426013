import { Session } from './session.js';
import type { UmpError } from '../errors.js';
import { handOut } from '../transport/port-holders.js';
import { IS_HANDLE, cancelFinalization, finalizeOnCollect } from '../support/finalization.js';
import { Failure } from '../support/failure.js';
import { dispose, type MessagePort, type PortLike } from '../support/platform.js';
import type { LaneOptions, ReqOptions, SendOptions } from '../options.js';
import { createPostClient, type PostClient } from './post-client.js';
import type { Requester, Result } from './requester.js';
import { createWaitReply, type WaitReply } from './wait-reply.js';
import { createWeakClient, type WeakClient } from './weak-client.js';
import * as frames from '../protocol/frames.js';

let createClient: <P, S, R, E>(session: Session) => Client<P, S, R, E>;
let sessionOf: <P, S, R, E>(client: Client<P, S, R, E>) => Session;
let rebindClient: (client: Client<never, never, unknown, unknown>, session: Session) => void;

/**
 * Sends posts and requests to one server. Every message is cloned before the call returns; the
 * objects in `transfer` move instead. Messages of one client arrive in the order in which they were
 * sent.
 *
 * A client that was not closed is closed when it is garbage-collected; its pending requests still
 * settle.
 *
 * @example
 * ```ts
 * client.post({ type: 'log', text: 'started' });
 * const sum = await client.req({ type: 'add', a: 1, b: 2 }, { timeout: 1000 });
 * ```
 */
export class Client<P = unknown, S = unknown, R = unknown, E = never>
  implements Requester<P, S, R, E>, Disposable
{
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  /** @internal */
  get [Symbol.toStringTag](): string {
    return this.constructor.name;
  }
  #session: Session;

  private constructor(session: Session) {
    this.#session = session;
    finalizeOnCollect(this, session, session);
  }

  static {
    createClient = (session) => new Client(session);
    sessionOf = (client) => client.#session;
    rebindClient = (client, session) => {
      cancelFinalization(client.#session);
      const { byApplication } = client.#session.loopRef;
      if (byApplication !== undefined) session.overrideRef(byApplication);
      client.#session = session;
      finalizeOnCollect(client, session, session);
    };
  }

  /**
   * Takes up a client that was transferred with {@link Client.transfer}. Without a `lane` it uses
   * none, even if it did before; a lane that it did not use before may be refused with `Protocol`.
   * @param port The port that `transfer()` returned, as it arrived in this thread.
   * @throws UmpError `InvalidArgument` if `port` is not a MessagePort, or for an option; `Detached`
   * if it was already taken up.
   */
  static from<P = unknown, S = unknown, R = unknown, E = never>(
    port: PortLike,
    options?: LaneOptions,
  ): Client<P, S, R, E> {
    return new Client(Session.fromPort(Client.from, port, options));
  }

  /**
   * Sends a one-way message. While the capacity of the mailbox is not known yet (until a client of
   * `connect()` is connected), all posts but the first are held back: they are cloned already, and
   * keep the process running until they are sent.
   * @throws UmpError `ServerDisappeared` if the server is known to be gone, `MailboxFull` if a
   * bounded mailbox has no room, `DataClone` if the value cannot be cloned, `Detached` after
   * close() or transfer().
   */
  post(msg: P, options?: SendOptions): void {
    this.#session.sendPost(Client.prototype.post, msg, options);
  }

  /**
   * Sends a request and fulfils with its reply. While a bounded mailbox is full, the request is
   * held back: its message is cloned already, and its timeout runs. If the peer of a port in the
   * message dies meanwhile, the request rejects with `DataClone`.
   *
   * Rejects with an UmpError: `App` (the server failed the request, see `appError`),
   * `ServerDisappeared`, `NoReply`, `Aborted`, `Timeout`, `DataClone`, `Detached`, `Protocol`,
   * `InvalidArgument`; with an actor also `HandlerFailed` and `MethodNotFound`.
   */
  req(msg: S, options?: ReqOptions): Promise<R> {
    try {
      return this.#session.requests.send(Client.prototype.req, msg, options, true)
        .outcome as Promise<R>;
    } catch (thrown) {
      const error = thrown as UmpError<E>;
      return Promise.reject(error);
    }
  }

  /**
   * Like {@link Client.req}, but never rejects: it fulfils with `{ ok: true, value }` or
   * `{ ok: false, error }`.
   *
   * @example
   * ```ts
   * const result = await client.tryReq('report');
   * if (result.ok) show(result.value);
   * else if (result.error.code === 'App') refused(result.error.appError);
   * ```
   */
  async tryReq(msg: S, options?: ReqOptions): Promise<Result<R, E>> {
    try {
      const pending = this.#session.requests.send(Client.prototype.tryReq, msg, options);
      const outcome = await pending.outcome;
      if (!(outcome instanceof Failure)) return { ok: true, value: outcome as R };
      return { ok: false, error: outcome.toError(Client.prototype.tryReq) as UmpError<E> };
    } catch (error) {
      return { ok: false, error: error as UmpError<E> };
    }
  }

  /**
   * Sends a request now; its reply is waited for later. Disposing the result abandons the request.
   * @throws UmpError if the message cannot be sent: `DataClone`, `Detached`, `ServerDisappeared`,
   * `InvalidArgument`.
   */
  reqDeferred(msg: S, options?: ReqOptions): WaitReply<R, E> {
    return createWaitReply(this.#session.requests.send(Client.prototype.reqDeferred, msg, options));
  }

  /**
   * Returns an independent client of the same server. Its messages arrive after those that this
   * client has sent so far.
   * @throws UmpError `ServerDisappeared`, `Detached`.
   */
  clone(): Client<P, S, R, E> {
    const port = this.#session.addClient(Client.prototype.clone, frames.STRONG);
    return new Client(this.#session.sibling(port));
  }

  /**
   * Returns a client that does not count as one: the server may end while it exists. All it can do
   * is `upgrade()` to a strong client.
   * @throws UmpError `ServerDisappeared`, `Detached`.
   */
  weak(): WeakClient<P, S, R, E> {
    const port = this.#session.addClient(Client.prototype.weak, frames.WEAK);
    return createWeakClient(this.#session.sibling(port), createClient<P, S, R, E>);
  }

  /**
   * Returns an independent client of the same server that can only post.
   * @throws UmpError `ServerDisappeared`, `Detached`.
   */
  postOnly(): PostClient<P> {
    const port = this.#session.addClient(Client.prototype.postOnly, frames.POST_ONLY);
    return createPostClient(this.#session.sibling(port));
  }

  /**
   * Turns the client into a port for another thread, which takes it up with {@link Client.from}.
   * This handle can make no further calls; its pending requests stay, and settle, here.
   * @throws UmpError `ServerDisappeared`, `Detached`.
   *
   * @example
   * ```ts
   * const port = client.transfer();
   * worker.postMessage({ port }, [port]);
   * ```
   */
  transfer(): MessagePort {
    const port = this.#session.addClient(
      Client.prototype.transfer,
      frames.STRONG,
      this.#session.capacity,
    );
    this.close();
    return handOut(port);
  }

  /**
   * The lane that messages take: the name of the one that was asked for, once the server has
   * accepted this client, or else `'plain'`.
   */
  get lane(): string {
    return this.#session.connections.current.transport.lane ?? 'plain';
  }

  /** Fulfils when the server has accepted this client; rejects where a call would. */
  get connected(): Promise<void> {
    return this.#session.connected;
  }

  /** Fulfils with the reason when the server is gone or this client was closed. Never rejects. */
  get closed(): Promise<UmpError> {
    return this.#session.closed;
  }

  /**
   * Fulfils as soon as no request of this client is pending, also after `close()`. Never rejects.
   */
  get drained(): Promise<void> {
    return this.#session.requests.drained.wait();
  }

  /**
   * Fulfils when the mailbox has room for a message. An unbounded one always has; as long as the
   * capacity is not known, this waits for the server to accept the client. Rejects where a call
   * would.
   */
  async ready(): Promise<void> {
    const failure = await this.#session.ready();
    if (failure !== undefined) throw failure.toError(Client.prototype.ready);
  }

  /** Node.js only: keeps the process running even while nothing is pending. */
  ref(): this {
    this.#session.overrideRef(true);
    return this;
  }

  /** Node.js only: lets the process exit even while a request is pending. */
  unref(): this {
    this.#session.overrideRef(false);
    return this;
  }

  /** Closes the client: new calls fail with `Detached`, and pending requests still settle. */
  close(): void {
    cancelFinalization(this.#session);
    this.#session.close();
  }

  [dispose](): void {
    this.close();
  }
}

export { createClient, sessionOf };
/** For a client whose server was lost: it continues with a new session. */
export { rebindClient };
