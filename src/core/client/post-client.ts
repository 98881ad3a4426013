import type { Session } from './session.js';
import type { UmpError } from '../errors.js';
import { handOut } from '../transport/port-holders.js';
import { IS_HANDLE, cancelFinalization, finalizeOnCollect } from '../support/finalization.js';
import { sessionFromPort, siblingSession } from './open-session.js';
import type { SendOptions } from '../options.js';
import { dispose, type MessagePort, type PortLike } from '../support/platform.js';
import * as frames from '../protocol/frames.js';

let createPostClient: <P>(session: Session) => PostClient<P>;

/** A client that can only post; its server refuses anything else that comes by its port. */
export class PostClient<P = unknown> implements Disposable {
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
    finalizeOnCollect(this, session);
  }

  static {
    createPostClient = (session) => new PostClient(session);
  }

  /** Takes up a client that was given away with {@link PostClient.transfer}. */
  static from<P = unknown>(port: PortLike): PostClient<P> {
    return new PostClient(sessionFromPort(PostClient.from, port));
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

  /** Fulfils, with the reason, when the server is gone or this client was closed. Never rejects. */
  get closed(): Promise<UmpError> {
    return this.#session.closed;
  }

  /** An independent client of the same kind. */
  clone(): PostClient<P> {
    const port = this.#session.addClient(PostClient.prototype.clone, frames.POST_ONLY);
    return new PostClient(siblingSession(this.#session, port));
  }

  /** Gives the client away; take it up with {@link PostClient.from}. */
  transfer(): MessagePort {
    const { capacity } = this.#session;
    const port = this.#session.addClient(PostClient.prototype.transfer, frames.POST_ONLY, capacity);
    this.close();
    return handOut(port);
  }

  close(): void {
    cancelFinalization(this);
    this.#session.close();
  }

  [dispose](): void {
    this.close();
  }
}

export { createPostClient };
