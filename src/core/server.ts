import { Arrival } from './arrival.js';
import type { Client } from './client.js';
import { Departure } from './departure.js';
import { give } from './given.js';
import { IS_HANDLE, notForgotten, onForgotten } from './handle.js';
import { linkOver, newChannel, portFrom } from './link.js';
import type { Mailbox } from './mailbox.js';
import type { AnyMessage, MsgType } from './message.js';
import { checkSignal, type WaitOptions } from './options.js';
import { Failure } from './failure.js';
import {
  dispose,
  type MessagePort,
  type PortLike,
  type WorkingPort,
  type WorkingSignal,
} from './platform.js';
import type { Outcome } from './waiters.js';
import * as wire from './wire.js';

/** What a server cannot know by itself: how its own clients are made, and an empty mailbox. */
interface Makers {
  client<P, S, R, E>(port: WorkingPort, mailbox: Mailbox): Client<P, S, R, E>;
  mailbox(): Mailbox;
}

const asIs = (outcome: Outcome): Outcome => outcome;

const asResult = (outcome: Outcome): IteratorResult<AnyMessage, undefined> =>
  outcome instanceof Failure ? { done: true, value: undefined } : { done: false, value: outcome };

let makers: Makers;
let make: <P, S, R, E>(mailbox: Mailbox) => Server<P, S, R, E>;
let mailboxOf: <P, S, R, E>(server: Server<P, S, R, E>) => Mailbox;

/**
 * Owns a mailbox that any number of clients send to. Messages of one client come in the order he
 * sent them; across clients the first come is the first served.
 */
export class Server<P = unknown, S = unknown, R = unknown, E = never>
  implements AsyncIterable<MsgType<P, S, R, E>>, Disposable
{
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  readonly #mailbox: Mailbox;
  #given = false;

  private constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox;
    onForgotten(this, mailbox);
  }

  static {
    make = (mailbox) => new Server(mailbox);
    mailboxOf = (server) => server.#mailbox;
  }

  /**
   * Takes up a server that was given away with {@link Server.transfer}.
   * @throws UmpError `NotSupported` if `port` is not a port.
   */
  static from<P = unknown, S = unknown, R = unknown, E = never>(
    port: PortLike,
  ): Server<P, S, R, E> {
    const working = portFrom(Server.from, port);
    const mailbox = makers.mailbox();
    const arrival = new Arrival(mailbox, working);
    mailbox.onEnd = () => {
      arrival.stop();
    };
    return new Server(mailbox);
  }

  /**
   * The next message. Several calls at once are served in order; aborting one loses no message. In
   * Node a pending call keeps this thread running.
   *
   * Rejects with an UmpError: `ClientsDisappeared` when the mailbox is empty and no client that
   * counts is left, `ServerDisappeared` after close(), `Detached` after transfer(), `Aborted`.
   */
  async wait(options?: WaitOptions): Promise<MsgType<P, S, R, E>> {
    const signal = options?.signal as WorkingSignal | undefined;
    checkSignal(Server.prototype.wait, signal);
    const message = await this.#mailbox.waiters.wait(this, asIs, signal);
    if (message instanceof Failure) throw message.toError(Server.prototype.wait);
    return message as MsgType<P, S, R, E>;
  }

  /**
   * The next message, or undefined if none is waiting.
   * @throws UmpError as {@link Server.wait} rejects.
   */
  tryPop(): MsgType<P, S, R, E> | undefined {
    const message = this.#mailbox.take();
    if (message !== undefined) return message as MsgType<P, S, R, E>;
    const { over } = this.#mailbox;
    if (over === undefined) return undefined;
    this.#mailbox.ended();
    throw over.toError(Server.prototype.tryPop);
  }

  /**
   * Ends, without an error, where wait() would reject. Leaving the loop does not close the server.
   */
  [Symbol.asyncIterator](): AsyncIterator<MsgType<P, S, R, E>, undefined> {
    const { waiters } = this.#mailbox;
    return {
      next: () =>
        waiters.wait(this, asResult) as Promise<IteratorResult<MsgType<P, S, R, E>, undefined>>,
      return: () => Promise.resolve({ done: true, value: undefined }),
    };
  }

  /** Is no message waiting? */
  get isEmpty(): boolean {
    return this.#mailbox.isEmpty;
  }

  /**
   * One more client of this server, in this thread.
   * @throws UmpError `ServerDisappeared` after close(), `Detached` after transfer().
   */
  client(): Client<P, S, R, E> {
    this.#mustBeOpen(Server.prototype.client);
    const { port1, port2 } = newChannel(Server.prototype.client);
    this.#mailbox.accept(linkOver(port1), wire.STRONG);
    return makers.client(port2, this.#mailbox);
  }

  /**
   * Adopts the server end of a port that someone else made; `Client.from` takes the other end.
   * @throws UmpError `NotSupported` if `port` is not a port; else like {@link Server.client}.
   */
  accept(port: PortLike): void {
    this.#mustBeOpen(Server.prototype.accept);
    this.#mailbox.accept(linkOver(portFrom(Server.prototype.accept, port)), wire.STRONG);
  }

  /**
   * Gives the whole server away, with its clients and its unread messages: send the port to another
   * thread and take it up there with {@link Server.from}. Contexts that were taken stay here, and
   * stay answerable. This thread keeps running until every client has switched.
   */
  transfer(): MessagePort {
    this.#mustBeOpen(Server.prototype.transfer);
    const { port1, port2 } = newChannel(Server.prototype.transfer);
    this.#given = true;
    notForgotten(this);
    new Departure(this.#mailbox, port1);
    return give(port2);
  }

  /** In Node: a pending wait() keeps this thread running again, as it does from the beginning. */
  ref(): this {
    this.#mailbox.holds(true);
    return this;
  }

  /**
   * In Node: lets this thread end while the server waits for messages. Elsewhere it does nothing.
   */
  unref(): this {
    this.#mailbox.holds(false);
    return this;
  }

  /**
   * Fulfils once the server is closed (or out of clients) and every context taken here is answered.
   */
  get drained(): Promise<void> {
    return this.#mailbox.drained;
  }

  /**
   * Ends the server: unread requests fail with `ServerDisappeared`, contexts already taken stay
   * answerable.
   */
  close(): void {
    if (this.#given) return;
    notForgotten(this);
    this.#mailbox.close();
  }

  [dispose](): void {
    this.close();
  }

  #mustBeOpen(entry: unknown): void {
    const { stopped } = this.#mailbox;
    if (stopped !== undefined) throw stopped.toError(entry);
  }
}

/** channel.ts, which alone sees both ends, says how. */
export function setMakers(given: Makers): void {
  makers = given;
}

export { make as serverOver, mailboxOf };
