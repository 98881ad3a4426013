import { createClient, type Client } from '../client/client.js';
import { Session } from '../client/session.js';
import { checkLanes, checkSignal, type LanesOptions, type WaitOptions } from '../options.js';
import * as frames from '../protocol/frames.js';
import { Failure } from '../support/failure.js';
import { IS_HANDLE, cancelFinalization, finalizeOnCollect } from '../support/finalization.js';
import {
  dispose,
  type MessagePort,
  type PortLike,
  type WorkingSignal,
} from '../support/platform.js';
import { createChannel, openTransport } from '../transport/driver.js';
import { handOut } from '../transport/port-holders.js';
import { claimPort } from '../transport/ports.js';
import { Mailbox } from './mailbox.js';
import type { AnyMessage, MsgType } from './message.js';
import { MigrationTarget } from './migration-target.js';
import type { Received } from './receivers.js';

const identity = (outcome: Received): Received => outcome;

const asResult = (outcome: Received): IteratorResult<AnyMessage, undefined> =>
  outcome instanceof Failure ? { done: true, value: undefined } : { done: false, value: outcome };

let createServer: <P, S, R, E>(mailbox: Mailbox) => Server<P, S, R, E>;
let mailboxOf: <P, S, R, E>(server: Server<P, S, R, E>) => Mailbox;

/**
 * Owns a mailbox that any number of clients send to. Messages of one client arrive in the order in
 * which it sent them; messages of different clients are taken in the order of their arrival.
 *
 * A server that is not referenced any more is closed when it is garbage-collected; a pending wait()
 * keeps it referenced.
 *
 * ```ts
 * for await (const message of server) {
 *   if (message.type === 'post') log(message.msg);
 *   else message.rctx.reply(answer(message.msg));
 * }
 * ```
 */
export class Server<P = unknown, S = unknown, R = unknown, E = never>
  implements AsyncIterable<MsgType<P, S, R, E>>, Disposable
{
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  /** @internal */
  get [Symbol.toStringTag](): string {
    return this.constructor.name;
  }
  readonly #mailbox: Mailbox;

  private constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox;
    finalizeOnCollect(this, mailbox);
  }

  static {
    createServer = (mailbox) => new Server(mailbox);
    mailboxOf = (server) => server.#mailbox;
  }

  /**
   * Takes up a server that was transferred with {@link Server.transfer}. Each port can be taken up
   * once. Clients whose lane is not among `lanes` go on without one.
   * @throws UmpError `InvalidArgument` if `port` is not a MessagePort, or for an option; `Detached`
   * if it was already taken up.
   */
  static from<P = unknown, S = unknown, R = unknown, E = never>(
    port: PortLike,
    options?: LanesOptions,
  ): Server<P, S, R, E> {
    const lane = checkLanes(Server.from, options?.lanes);
    const mailbox = new Mailbox(0, false, undefined, { lane });
    const migration = new MigrationTarget(mailbox, claimPort(Server.from, port));
    migration.start();
    return new Server(mailbox);
  }

  /**
   * The next message. Several pending calls are served in order; aborting one loses no message. In
   * Node a pending call keeps this thread running.
   *
   * Rejects with an UmpError: `ClientsDisappeared` when the mailbox is empty and no client is left
   * (weak clients do not count), `ServerDisappeared` after close(), `Detached` after transfer(),
   * `Aborted` when `options.signal` aborts, `InvalidArgument` if that is not an AbortSignal.
   */
  async wait(options?: WaitOptions): Promise<MsgType<P, S, R, E>> {
    const signal = options?.signal as WorkingSignal | undefined;
    checkSignal(Server.prototype.wait, signal);
    const message = await this.#mailbox.receivers.wait(this, identity, signal);
    if (message instanceof Failure) throw message.toError(Server.prototype.wait);
    return message as MsgType<P, S, R, E>;
  }

  /**
   * The next message, or undefined if none is queued.
   * @throws UmpError where wait() would reject: `ClientsDisappeared`, `ServerDisappeared`,
   * `Detached`.
   */
  tryPop(): MsgType<P, S, R, E> | undefined {
    const message = this.#mailbox.receivers.tryReceive();
    if (message instanceof Failure) throw message.toError(Server.prototype.tryPop);
    return message as MsgType<P, S, R, E> | undefined;
  }

  /**
   * Iterates over the messages like repeated calls of wait(), and ends without an error where
   * wait() would reject. Leaving the loop does not close the server.
   */
  [Symbol.asyncIterator](): AsyncIterator<MsgType<P, S, R, E>, undefined> {
    const { receivers } = this.#mailbox;
    return {
      next: () =>
        receivers.wait(this, asResult) as Promise<IteratorResult<MsgType<P, S, R, E>, undefined>>,
      return: () => Promise.resolve({ done: true, value: undefined }),
    };
  }

  /** Whether no message is queued. */
  get isEmpty(): boolean {
    return this.#mailbox.isEmpty;
  }

  /**
   * Creates one more client of this server, in this thread.
   * @throws UmpError `ServerDisappeared` after close(), `Detached` after transfer().
   */
  client(): Client<P, S, R, E> {
    this.#mailbox.lifetime.throwIfClosed(Server.prototype.client);
    const { port1, port2 } = createChannel(Server.prototype.client);
    const { onDropped, early } = this.#mailbox;
    const capacity = early.isHolding ? undefined : this.#mailbox.capacity;
    this.#mailbox.acceptClient(openTransport(port1), frames.STRONG);
    return createClient(new Session(openTransport(port2), { capacity, onDropped }).start());
  }

  /**
   * Creates one more client of this server, as a port for another thread, which takes it up with
   * {@link Client.from}. The same as `server.client().transfer()`, at half the cost.
   * @throws UmpError `ServerDisappeared` after close(), `Detached` after transfer().
   *
   * @example
   * ```ts
   * const port = server.port();
   * worker.postMessage({ port }, [port]);
   * ```
   */
  port(): MessagePort {
    this.#mailbox.lifetime.throwIfClosed(Server.prototype.port);
    const { port1, port2 } = createChannel(Server.prototype.port);
    this.#mailbox.acceptClient(openTransport(port1), frames.STRONG);
    return handOut(port2);
  }

  /**
   * Accepts a client on the server's end of a MessageChannel that the application made. The other
   * end is taken by `Client.from()` or by `connect()`, before or after this call, in any thread;
   * the first message on the port says which, and messages that already wait in it are read. Once a
   * client of `connect()` is connected, the port may carry the application's own messages as well,
   * and further clients may connect through it until this server has ended.
   *
   * From now on the port counts as a client. It stops to count when its client is closed, when the
   * other end is closed or its thread ends, and when something else stands behind it: the end of
   * another server (`server.port()`, `client.transfer()`, `listen()`), a context, or messages of
   * another kind. Then the port is refused: calls that were made through it reject.
   *
   * @example
   * ```ts
   * const { port1, port2 } = new MessageChannel();
   * server.accept(port1);
   * worker.postMessage({ port: port2 }, [port2]); // there: connect(port), or Client.from(port)
   * ```
   *
   * @throws UmpError `InvalidArgument` if `port` is not a MessagePort, `Detached` if it was already
   * taken up or after transfer(), `ServerDisappeared` after close().
   */
  accept(port: PortLike): void {
    this.#mailbox.lifetime.throwIfClosed(Server.prototype.accept);
    this.#mailbox.acceptClient(
      openTransport(claimPort(Server.prototype.accept, port)),
      frames.STRONG,
    );
  }

  /**
   * Transfers the whole server, with its clients and its unread messages: send the port to another
   * thread and take it up there with {@link Server.from}. Reply contexts that were taken stay here
   * and can still be answered. In Node this thread keeps running until every client has switched to
   * the new host. A server with many clients or messages is passed on in several turns of the event
   * loop: what is left when this thread is ended is lost.
   * @throws UmpError `ServerDisappeared` after close(), `Detached` after transfer().
   */
  transfer(): MessagePort {
    this.#mailbox.lifetime.throwIfClosed(Server.prototype.transfer);
    const { port1, port2 } = createChannel(Server.prototype.transfer);
    cancelFinalization(this);
    this.#mailbox.migrateTo(port1);
    return handOut(port2);
  }

  /** In Node: a pending wait() keeps this thread running again, which is the default. */
  ref(): this {
    this.#mailbox.lifetime.setWaitingRef(true);
    return this;
  }

  /** In Node: a pending wait() does not keep this thread running. Elsewhere it does nothing. */
  unref(): this {
    this.#mailbox.lifetime.setWaitingRef(false);
    return this;
  }

  /**
   * Fulfils once the server is closed, transferred or out of clients, and every request that was
   * taken here is finished. Never rejects.
   */
  get drained(): Promise<void> {
    return this.#mailbox.lifetime.drained.wait();
  }

  /**
   * Closes the server: unread requests fail with `ServerDisappeared`, and reply contexts that were
   * taken can still be answered. Does nothing after transfer().
   */
  close(): void {
    cancelFinalization(this);
    this.#mailbox.close();
  }

  [dispose](): void {
    this.close();
  }
}

export { createServer, mailboxOf };
