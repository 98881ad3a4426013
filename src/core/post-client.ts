import type { ClientLine } from './client-line.js';
import type { UmpError } from './errors.js';
import { give } from './given.js';
import { IS_HANDLE, notForgotten, onForgotten } from './handle.js';
import { lineFrom, lineOver } from './open-line.js';
import type { SendOptions } from './options.js';
import { dispose, type MessagePort, type PortLike } from './platform.js';
import * as wire from './wire.js';

let make: <P>(line: ClientLine) => PostClient<P>;

/** A client that can only post; its server refuses anything else that comes by its port. */
export class PostClient<P = unknown> implements Disposable {
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  readonly #line: ClientLine;

  private constructor(line: ClientLine) {
    this.#line = line;
    onForgotten(this, line);
  }

  static {
    make = (line) => new PostClient(line);
  }

  /** Takes up a client that was given away with {@link PostClient.transfer}. */
  static from<P = unknown>(port: PortLike): PostClient<P> {
    return new PostClient(lineFrom(PostClient.from, port));
  }

  /** Sends a one-way message; throws what {@link Client.post} throws. */
  post(msg: P, options?: SendOptions): void {
    this.#line.sendPost(PostClient.prototype.post, msg, options);
  }

  /** Fulfils when the mailbox has room for a message, as {@link Client.ready} does. */
  async ready(): Promise<void> {
    const failure = await this.#line.ready();
    if (failure !== undefined) throw failure.toError(PostClient.prototype.ready);
  }

  /** Fulfils, with the reason, when the server is gone or this client was closed. Never rejects. */
  get closed(): Promise<UmpError> {
    return this.#line.closed;
  }

  /** An independent client of the same kind. */
  clone(): PostClient<P> {
    const port = this.#line.add(PostClient.prototype.clone, wire.POST_ONLY);
    return new PostClient(lineOver(this.#line, port));
  }

  /** Gives the client away; take it up with {@link PostClient.from}. */
  transfer(): MessagePort {
    const { capacity } = this.#line;
    const port = this.#line.add(PostClient.prototype.transfer, wire.POST_ONLY, capacity);
    this.close();
    return give(port);
  }

  close(): void {
    notForgotten(this);
    this.#line.close();
  }

  [dispose](): void {
    this.close();
  }
}

export { make as postClientOver };
