/**
 * A requester whose server may change, or be missing for a while. Usually a call goes straight to
 * whoever takes it; what nobody can take waits here in order, copied at the call.
 */
import { isUmpError, raise, type UmpError } from '../../core/errors.js';
import { Failure } from '../../core/failure.js';
import { Hold } from '../../core/hold.js';
import { checkTimeout, type OnDropped, type SendOptions } from '../../core/options.js';
import { dispose } from '../../core/platform.js';
import type { Result } from '../../core/requester.js';
import { waitReplyOf, type WaitReply } from '../../core/wait-reply.js';
import { Alive } from '../alive.js';
import { Dispatcher } from './dispatcher.js';
import { RelayedCall } from './relayed-call.js';
import { snapshot } from './snapshot.js';
import { timesOf, type SteadyReqOptions, type SteadyRequester } from './steady.js';
import { ask, type Target, type Waiting } from './target.js';
import { WaitingPost } from './waiting-post.js';

/** What the relays that pools are take besides. */
type RelayOptions = SteadyReqOptions & { killAfter?: number | undefined };

export abstract class Relay<P, S, R, E> implements SteadyRequester<P, S, R, E>, Disposable {
  readonly closed: Promise<UmpError>;
  #tellClosed!: (why: UmpError) => void;
  #down: Failure | undefined = undefined;
  readonly #waiting = new Dispatcher<P, S, R, E>({
    pick: (msg) => this.pick(msg),
    lost: (target) => {
      this.lost(target);
    },
    offer: () => {
      this.offer();
    },
  });
  readonly #alive = new Alive();
  /** Requests that wait, here or elsewhere, keep a process alive. */
  readonly hold = new Hold((yes) => {
    this.#alive.hold(yes);
  });
  /** Who waits until one more call would not be refused. */
  #readies: (() => void)[] = [];
  /** How many may wait. */
  readonly #most: number;
  protected readonly onDropped: OnDropped | undefined;

  constructor(most = Infinity, onDropped?: OnDropped) {
    this.#most = most;
    this.onDropped = onDropped;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
  }

  /** Who is to take this message now; undefined: it must wait until offer() is called. */
  protected abstract pick(msg: unknown): Target<P, S, R, E> | undefined;

  /** Is anybody there, free or not? */
  protected abstract readonly isUp: boolean;

  /** He is not to be picked any more. */
  protected abstract lost(target: Target<P, S, R, E>): void;

  post(msg: P, options?: SendOptions): void {
    const entry = Relay.prototype.post;
    this.mustBeUp(entry);
    const target = this.#now(msg);
    if (target !== undefined && this.#isPosted(target, msg, options)) return;
    this.#mustHaveRoom(entry);
    this.#waiting.add(new WaitingPost(snapshot(entry, msg, options), this.onDropped));
    // Whoever was picked may have had no room, and another one have some.
    if (target !== undefined) this.offer();
  }

  /** Not if it has no room, and another one may have. */
  #isPosted(target: Target<P, S, R, E>, msg: P, options: SendOptions | undefined): boolean {
    try {
      target.client.post(msg, options);
    } catch (error) {
      if (target.filled === undefined || !isUmpError(error, 'MailboxFull')) throw error;
      target.filled();
      return false;
    }
    target.posted?.();
    return true;
  }

  req(msg: S, options: SteadyReqOptions = {}): Promise<R> {
    const entry = Relay.prototype.req;
    try {
      this.mustBeUp(entry);
      const { idempotent, killAfter } = options as RelayOptions;
      const isPlain = idempotent === undefined && killAfter === undefined;
      const target = isPlain ? this.#now(msg) : undefined;
      if (target !== undefined) return ask(target, msg, options);
      return this.#relayed(entry, msg, options, true).pending.outcome as Promise<R>;
    } catch (thrown) {
      const error = thrown as UmpError<E>;
      return Promise.reject(error);
    }
  }

  async tryReq(msg: S, options?: SteadyReqOptions): Promise<Result<R, E>> {
    try {
      return { ok: true, value: await this.req(msg, options) };
    } catch (error) {
      return { ok: false, error: error as UmpError<E> };
    }
  }

  reqDeferred(msg: S, options: SteadyReqOptions = {}): WaitReply<R, E> {
    const entry = Relay.prototype.reqDeferred;
    this.mustBeUp(entry);
    const call = this.#relayed(entry, msg, options, false);
    return waitReplyOf(call, call.pending);
  }

  #relayed(entry: unknown, msg: S, options: SteadyReqOptions, rejects: boolean): RelayedCall {
    const times = timesOf(entry, options);
    const timeout = checkTimeout(entry, options.timeout);
    const killAfter = checkTimeout(entry, (options as RelayOptions).killAfter, 'killAfter');
    const target = this.#now(msg);
    if (target === undefined) this.#mustHaveRoom(entry);
    const call = new RelayedCall(this, snapshot(entry, msg, options), {
      times,
      killAfter,
      rejects,
    });
    call.pending.watch(options.signal, timeout);
    this.enter(call);
    return call;
  }

  /**
   * Fulfils when a call would be taken at once, or find room to wait in a bounded queue for
   * somebody who is there.
   */
  async ready(): Promise<void> {
    const entry = Relay.prototype.ready;
    this.mustBeUp(entry);
    for (;;) {
      while (!this.#wouldTake) {
        await this.hold.during(new Promise<void>((resolve) => this.#readies.push(resolve)));
        this.mustBeUp(entry);
      }
      const target = this.#now(undefined);
      if (target === undefined || (await this.#isReady(target))) return;
      this.mustBeUp(entry);
    }
  }

  async #isReady(target: Target<P, S, R, E>): Promise<boolean> {
    try {
      await target.client.ready();
      return true;
    } catch {
      this.lost(target);
      return false;
    }
  }

  get #wouldTake(): boolean {
    const hasRoom = this.#most < Infinity && this.waits < this.#most;
    return this.#now(undefined) !== undefined || (hasRoom && this.isUp);
  }

  /** No new calls: they fail with `Detached`. What is pending still settles. */
  close(): void {
    this.#goDown(new Failure('Detached'));
  }

  [dispose](): void {
    this.close();
  }

  // ── for those who extend it ────────────────────────────────────────────────────────────────────

  /** Now, or when its turn comes. */
  enter(call: Waiting): void {
    if (call.gone === true) return;
    this.#waiting.add(call);
    this.offer();
  }

  /** It was given up. */
  leave(call: Waiting): void {
    this.#waiting.remove(call);
    this.#tellReadies();
  }

  /** Somebody may be there who takes what waits. */
  protected offer(): void {
    this.#waiting.giveAll();
    this.#tellReadies();
  }

  #tellReadies(): void {
    if (this.#readies.length > 0) for (const tell of this.#readies.splice(0)) tell();
  }

  /** No new calls. */
  protected refuse(failure: Failure): void {
    this.#goDown(failure);
  }

  /** Nobody will ever take calls again. */
  protected end(failure: Failure): void {
    this.#goDown(failure);
    this.#waiting.end(failure);
  }

  protected get waits(): number {
    return this.#waiting.size;
  }

  protected get oldest(): number {
    return this.#waiting.oldest;
  }

  #goDown(failure: Failure): void {
    if (this.#down !== undefined) return;
    this.#down = failure;
    this.#tellClosed(failure.toError());
    this.#tellReadies();
  }

  /** Nothing overtakes what waits. */
  #now(msg: unknown): Target<P, S, R, E> | undefined {
    return this.#waiting.size === 0 ? this.pick(msg) : undefined;
  }

  protected mustBeUp(entry: unknown): void {
    if (this.#down !== undefined) throw this.#down.toError(entry);
  }

  #mustHaveRoom(entry: unknown): void {
    if (this.waits >= this.#most) raise(entry, 'MailboxFull');
  }
}
