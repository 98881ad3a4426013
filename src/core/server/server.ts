import { MigrationTarget } from './migration-target.js';
import type { Client } from '../client/client.js';
import { MigrationSource } from './migration-source.js';
import { handOut } from '../transport/port-holders.js';
import { IS_HANDLE, cancelFinalization, finalizeOnCollect } from '../support/finalization.js';
import { openTransport, createChannel } from '../transport/driver.js';
import { claimPort } from '../transport/ports.js';
import type { Mailbox } from './mailbox.js';
import type { AnyMessage, MsgType } from './message.js';
import { checkSignal, type WaitOptions } from '../options.js';
import { Failure } from '../support/failure.js';
import {
  dispose,
  type MessagePort,
  type PortLike,
  type WorkingPort,
  type WorkingSignal,
} from '../support/platform.js';
import type { Received } from './receivers.js';
import * as frames from '../protocol/frames.js';

/** What a server cannot know by itself: how its own clients are made, and an empty mailbox. */
interface Makers {
  client<P, S, R, E>(port: WorkingPort, mailbox: Mailbox): Client<P, S, R, E>;
  mailbox(): Mailbox;
}

const identity = (outcome: Received): Received => outcome;

const asResult = (outcome: Received): IteratorResult<AnyMessage, undefined> =>
  outcome instanceof Failure ? { done: true, value: undefined } : { done: false, value: outcome };

let makers: Makers;
let createServer: <P, S, R, E>(mailbox: Mailbox) => Server<P, S, R, E>;
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
    finalizeOnCollect(this, mailbox);
  }

  static {
    createServer = (mailbox) => new Server(mailbox);
    mailboxOf = (server) => server.#mailbox;
  }

  /**
   * Takes up a server that was given away with {@link Server.transfer}.
   * @throws UmpError `InvalidArgument` if `port` is not a port.
   */
  static from<P = unknown, S = unknown, R = unknown, E = never>(
    port: PortLike,
  ): Server<P, S, R, E> {
    const working = claimPort(Server.from, port);
    const mailbox = makers.mailbox();
    const arrival = new MigrationTarget(mailbox, working);
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
    const message = await this.#mailbox.receivers.wait(this, identity, signal);
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
    const { endReason } = this.#mailbox;
    if (endReason === undefined) return undefined;
    this.#mailbox.notifyEnd();
    throw endReason.toError(Server.prototype.tryPop);
  }

  /**
   * Ends, without an error, where wait() would reject. Leaving the loop does not close the server.
   */
  [Symbol.asyncIterator](): AsyncIterator<MsgType<P, S, R, E>, undefined> {
    const { receivers } = this.#mailbox;
    return {
      next: () =>
        receivers.wait(this, asResult) as Promise<IteratorResult<MsgType<P, S, R, E>, undefined>>,
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
    this.#throwIfClosed(Server.prototype.client);
    const { port1, port2 } = createChannel(Server.prototype.client);
    this.#mailbox.acceptClient(openTransport(port1), frames.STRONG);
    return makers.client(port2, this.#mailbox);
  }

  /**
   * Adopts the server end of a port that someone else made; `Client.from` takes the other end.
   * @throws UmpError `InvalidArgument` if `port` is not a port; else like {@link Server.client}.
   */
  accept(port: PortLike): void {
    this.#throwIfClosed(Server.prototype.accept);
    this.#mailbox.acceptClient(
      openTransport(claimPort(Server.prototype.accept, port)),
      frames.STRONG,
    );
  }

  /**
   * Gives the whole server away, with its clients and its unread messages: send the port to another
   * thread and take it up there with {@link Server.from}. Contexts that were taken stay here, and
   * stay answerable. This thread keeps running until every client has switched.
   */
  transfer(): MessagePort {
    this.#throwIfClosed(Server.prototype.transfer);
    const { port1, port2 } = createChannel(Server.prototype.transfer);
    this.#given = true;
    cancelFinalization(this);
    new MigrationSource(this.#mailbox, port1);
    return handOut(port2);
  }

  /** In Node: a pending wait() keeps this thread running again, as it does from the beginning. */
  ref(): this {
    this.#mailbox.setWaitingRef(true);
    return this;
  }

  /**
   * In Node: lets this thread end while the server waits for messages. Elsewhere it does nothing.
   */
  unref(): this {
    this.#mailbox.setWaitingRef(false);
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
    cancelFinalization(this);
    this.#mailbox.close();
  }

  [dispose](): void {
    this.close();
  }

  #throwIfClosed(stackStartFn: unknown): void {
    const { closedReason } = this.#mailbox;
    if (closedReason !== undefined) throw closedReason.toError(stackStartFn);
  }
}

/** channel.ts, which alone sees both ends, says how. */
export function setMakers(given: Makers): void {
  makers = given;
}

export { createServer, mailboxOf };
