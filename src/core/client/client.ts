import type { Session } from './session.js';
import { raise, type UmpError } from '../errors.js';
import { handOut } from '../transport/port-holders.js';
import {
  IS_HANDLE,
  cancelFinalization,
  notOurs,
  finalizeOnCollect,
} from '../support/finalization.js';
import { sessionFromPort, siblingSession } from './open-session.js';
import { Failure } from '../support/failure.js';
import { dispose, type MessagePort, type PortLike } from '../support/platform.js';
import type { ReqOptions, SendOptions } from '../options.js';
import { createPostClient, type PostClient } from './post-client.js';
import type { Requester, Result } from './requester.js';
import { createWaitReply, type WaitReply } from './wait-reply.js';
import { createWeakClient, type WeakClient } from './weak-client.js';
import * as frames from '../protocol/frames.js';

let createClient: <P, S, R, E>(session: Session) => Client<P, S, R, E>;
let sessionOf: <P, S, R, E>(stackStartFn: unknown, client: Client<P, S, R, E>) => Session;
let rebindClient: (client: Client<never, never, unknown, unknown>, session: Session) => void;

/**
 * Posts to, and requests from, one server. Every message is copied before the call returns; what
 * `transfer` names moves instead. Messages of one client arrive in the order they were sent.
 *
 * A client that is forgotten says goodbye when it is collected; its pending requests still settle.
 */
export class Client<P = unknown, S = unknown, R = unknown, E = never>
  implements Requester<P, S, R, E>, Disposable
{
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  #session: Session;

  private constructor(session: Session) {
    this.#session = session;
    finalizeOnCollect(this, session);
  }

  static {
    createClient = (session) => new Client(session);
    sessionOf = (stackStartFn, client) =>
      client instanceof Client
        ? client.#session
        : raise(stackStartFn, 'InvalidArgument', notOurs(client, 'Client'));
    rebindClient = (client, session) => {
      cancelFinalization(client);
      client.#session = session;
      finalizeOnCollect(client, session);
    };
  }

  /**
   * Takes up a client that was given away with {@link Client.transfer}.
   * @throws UmpError `InvalidArgument` if `port` is not a port.
   */
  static from<P = unknown, S = unknown, R = unknown, E = never>(
    port: PortLike,
  ): Client<P, S, R, E> {
    return new Client(sessionFromPort(Client.from, port));
  }

  /**
   * Sends a one-way message. While the capacity of the mailbox is not known yet (before `connect()`
   * is connected), all but the first are held, already copied, and keep the thread running until
   * they are sent.
   * @throws UmpError `ServerDisappeared` if the server is known to be gone, `MailboxFull` if a
   * bounded mailbox has no room, `DataClone` if the value cannot be sent, `Detached` after close or
   * transfer.
   */
  post(msg: P, options?: SendOptions): void {
    this.#session.sendPost(Client.prototype.post, msg, options);
  }

  /**
   * Sends a request and waits for its answer. In a bounded mailbox that is full it waits for room
   * first, its message already copied and its timeout running. If a port that it carries dies
   * before there is room, it rejects with `DataClone`.
   *
   * Rejects with an UmpError: `App` (the server failed it, see `appError`), `ServerDisappeared`,
   * `NoReply`, `Aborted`, `Timeout`, `DataClone`, `Detached`, `Protocol`.
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

  /** Like {@link Client.req}, but tells a failure instead of rejecting; it never rejects. */
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
   * Sends a request now, to be waited for later. Disposing the result abandons the request.
   * @throws UmpError where nothing was sent: `DataClone`, `Detached`, `ServerDisappeared`.
   */
  reqDeferred(msg: S, options?: ReqOptions): WaitReply<R, E> {
    const entry = Client.prototype.reqDeferred;
    return createWaitReply(
      this.#session.requests,
      this.#session.requests.send(entry, msg, options),
    );
  }

  /** An independent client of the same server. Its messages come after those sent here so far. */
  clone(): Client<P, S, R, E> {
    return new Client(
      siblingSession(this.#session, this.#session.addClient(Client.prototype.clone, frames.STRONG)),
    );
  }

  /**
   * A client that does not keep the server's loop going and can do nothing but become a real one.
   */
  weak(): WeakClient<P, S, R, E> {
    const port = this.#session.addClient(Client.prototype.weak, frames.WEAK);
    return createWeakClient(siblingSession(this.#session, port), createClient<P, S, R, E>);
  }

  /** An independent client of the same server that can only post. */
  postOnly(): PostClient<P> {
    const port = this.#session.addClient(Client.prototype.postOnly, frames.POST_ONLY);
    return createPostClient(siblingSession(this.#session, port));
  }

  /**
   * Gives the client away: send the port to another thread and take it up there with
   * {@link Client.from}. Requests that are pending stay, and settle, here; this handle is spent.
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

  /** Fulfils when the server has taken this client up; rejects where a call would. */
  get connected(): Promise<void> {
    return this.#session.connected;
  }

  /** Fulfils, with the reason, when the server is gone or this client was closed. Never rejects. */
  get closed(): Promise<UmpError> {
    return this.#session.closed;
  }

  /**
   * Fulfils when the mailbox has room for a message: always, if it is unbounded; not before the
   * server has taken this client up, as only then it is known. Rejects where a call would.
   */
  async ready(): Promise<void> {
    const failure = await this.#session.ready();
    if (failure !== undefined) throw failure.toError(Client.prototype.ready);
  }

  /** In Node: keeps the process open even while nothing is pending. Elsewhere it does nothing. */
  ref(): this {
    this.#session.overrideRef(true);
    return this;
  }

  /** In Node: lets the process end even while a request is pending. Elsewhere it does nothing. */
  unref(): this {
    this.#session.overrideRef(false);
    return this;
  }

  /** No new calls: they fail with `Detached`. What is pending still settles. */
  close(): void {
    cancelFinalization(this);
    this.#session.close();
  }

  [dispose](): void {
    this.close();
  }
}

export { createClient, sessionOf };
/** For a client whose line is down: it goes on by another one. */
export { rebindClient };
