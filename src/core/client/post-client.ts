import { Session } from './session.js';
import type { UmpError } from '../errors.js';
import { handOut } from '../transport/port-holders.js';
import { IS_HANDLE, cancelFinalization, finalizeOnCollect } from '../support/finalization.js';
import type { SendOptions } from '../options.js';
import { dispose, type MessagePort, type PortLike } from '../support/platform.js';
import * as frames from '../protocol/frames.js';

let createPostClient: <P>(session: Session) => PostClient<P>;

/** A client that can only post; the server refuses anything else that comes over its port. */
export class PostClient<P = unknown> implements Disposable {
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  /** @internal */
  get [Symbol.toStringTag](): string {
    return this.constructor.name;
  }
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
    finalizeOnCollect(this, session, session);
  }

  static {
    createPostClient = (session) => new PostClient(session);
  }

  /**
   * Takes up a client that was transferred with {@link PostClient.transfer}.
   * @throws UmpError `InvalidArgument` if `port` is not a MessagePort, `Detached` if it was already
   * taken up.
   */
  static from<P = unknown>(port: PortLike): PostClient<P> {
    return new PostClient(Session.fromPort(PostClient.from, port));
  }

  /** Sends a one-way message; throws what {@link Client.post} throws. */
  post(msg: P, options?: SendOptions): void {
    this.#session.sendPost(PostClient.prototype.post, msg, options);
  }

  /** Fulfils when the mailbox has room for a message, as {@link Client.ready} does. */
  async ready(): Promise<void> {
    const failure = await this.#session.ready();
    if (failure !== undefined) throw failure.toError(PostClient.prototype.ready);
  }

  /** Fulfils with the reason when the server is gone or this client was closed. Never rejects. */
  get closed(): Promise<UmpError> {
    return this.#session.closed;
  }

  /**
   * Returns an independent client of the same server that can only post.
   * @throws UmpError `ServerDisappeared`, `Detached`.
   */
  clone(): PostClient<P> {
    const port = this.#session.addClient(PostClient.prototype.clone, frames.POST_ONLY);
    return new PostClient(this.#session.sibling(port));
  }

  /**
   * Turns the client into a port for another thread, which takes it up with
   * {@link PostClient.from}. This handle can make no further calls.
   * @throws UmpError `ServerDisappeared`, `Detached`.
   */
  transfer(): MessagePort {
    const { capacity } = this.#session;
    const port = this.#session.addClient(PostClient.prototype.transfer, frames.POST_ONLY, capacity);
    this.close();
    return handOut(port);
  }

  /** Closes the client: new calls fail with `Detached`. */
  close(): void {
    cancelFinalization(this.#session);
    this.#session.close();
  }

  [dispose](): void {
    this.close();
  }
}

export { createPostClient };
