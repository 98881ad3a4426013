/**
 * A requester whose server may change, or be missing for a while. Usually a call goes straight to
 * whoever takes it; what nobody can take waits here in order, copied at the call.
 */
import {
  checkTimeout,
  createWaitReply,
  dispose,
  Failure,
  isUmpError,
  LoopRefCount,
  type OnDropped,
  raise,
  type Result,
  type SendOptions,
  type UmpError,
  type WaitReply,
} from '../../core/internal.js';
import { Alive } from '../alive.js';
import { Dispatcher } from './dispatcher.js';
import { QueuedRequest } from './queued-request.js';
import { snapshot } from './snapshot.js';
import { checkRetries, type StableReqOptions, type StableRequester } from './stable-requester.js';
import { request, type Target, type QueuedMessage } from './target.js';
import { QueuedPost } from './queued-post.js';

/** What the relays that pools are take besides. */
type ProxyReqOptions = StableReqOptions & { killAfter?: number | undefined };

export abstract class RequesterProxy<P, S, R, E>
  implements StableRequester<P, S, R, E>, Disposable
{
  readonly closed: Promise<UmpError>;
  #resolveClosed!: (why: UmpError) => void;
  #closeReason: Failure | undefined = undefined;
  readonly #dispatcher = new Dispatcher<P, S, R, E>({
    pick: (msg) => this.pick(msg),
    targetLost: (target) => {
      this.lost(target);
    },
    wake: () => {
      this.offer();
    },
  });
  readonly #alive = new Alive();
  /** Requests that wait, here or elsewhere, keep a process alive. */
  readonly loopRef = new LoopRefCount((yes) => {
    this.#alive.hold(yes);
  });
  /** Who waits until one more call would not be refused. */
  #readyWaiters: (() => void)[] = [];
  /** How many may wait. */
  readonly #maxQueued: number;
  protected readonly onDropped: OnDropped | undefined;

  constructor(most = Infinity, onDropped?: OnDropped) {
    this.#maxQueued = most;
    this.onDropped = onDropped;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  /** Who is to take this message now; undefined: it must wait until offer() is called. */
  protected abstract pick(msg: unknown): Target<P, S, R, E> | undefined;

  /** Is anybody there, free or not? */
  protected abstract readonly isUp: boolean;

  /** He is not to be picked any more. */
  protected abstract lost(target: Target<P, S, R, E>): void;

  post(msg: P, options?: SendOptions): void {
    const entry = RequesterProxy.prototype.post;
    this.throwIfClosed(entry);
    const target = this.#pickNow(msg);
    if (target !== undefined && this.#isPosted(target, msg, options)) return;
    this.#throwIfFull(entry);
    this.#dispatcher.add(new QueuedPost(snapshot(entry, msg, options), this.onDropped));
    // Whoever was picked may have had no room, and another one have some.
    if (target !== undefined) this.offer();
  }

  /** Not if it has no room, and another one may have. */
  #isPosted(target: Target<P, S, R, E>, msg: P, options: SendOptions | undefined): boolean {
    try {
      target.client.post(msg, options);
    } catch (error) {
      if (target.onFull === undefined || !isUmpError(error, 'MailboxFull')) throw error;
      target.onFull();
      return false;
    }
    target.onPosted?.();
    return true;
  }

  req(msg: S, options: StableReqOptions = {}): Promise<R> {
    const entry = RequesterProxy.prototype.req;
    try {
      this.throwIfClosed(entry);
      const { idempotent, killAfter } = options as ProxyReqOptions;
      const isPlain = idempotent === undefined && killAfter === undefined;
      const target = isPlain ? this.#pickNow(msg) : undefined;
      if (target !== undefined) return request(target, msg, options);
      return this.#enqueueRequest(entry, msg, options, true).pending.outcome as Promise<R>;
    } catch (thrown) {
      const error = thrown as UmpError<E>;
      return Promise.reject(error);
    }
  }

  async tryReq(msg: S, options?: StableReqOptions): Promise<Result<R, E>> {
    try {
      return { ok: true, value: await this.req(msg, options) };
    } catch (error) {
      return { ok: false, error: error as UmpError<E> };
    }
  }

  reqDeferred(msg: S, options: StableReqOptions = {}): WaitReply<R, E> {
    const entry = RequesterProxy.prototype.reqDeferred;
    this.throwIfClosed(entry);
    const call = this.#enqueueRequest(entry, msg, options, false);
    return createWaitReply(call, call.pending);
  }

  #enqueueRequest(
    stackStartFn: unknown,
    msg: S,
    options: StableReqOptions,
    rejects: boolean,
  ): QueuedRequest {
    const times = checkRetries(stackStartFn, options);
    const timeout = checkTimeout(stackStartFn, options.timeout);
    const killAfter = checkTimeout(
      stackStartFn,
      (options as ProxyReqOptions).killAfter,
      'killAfter',
    );
    const target = this.#pickNow(msg);
    if (target === undefined) this.#throwIfFull(stackStartFn);
    const call = new QueuedRequest(this, snapshot(stackStartFn, msg, options), {
      times,
      killAfter,
      rejects,
    });
    call.pending.watch(options.signal, timeout);
    this.enqueue(call);
    return call;
  }

  /**
   * Fulfils when a call would be taken at once, or find room to wait in a bounded queue for
   * somebody who is there.
   */
  async ready(): Promise<void> {
    const entry = RequesterProxy.prototype.ready;
    this.throwIfClosed(entry);
    for (;;) {
      while (!this.#wouldTake) {
        await this.loopRef.during(new Promise<void>((resolve) => this.#readyWaiters.push(resolve)));
        this.throwIfClosed(entry);
      }
      const target = this.#pickNow(undefined);
      if (target === undefined || (await this.#isReady(target))) return;
      this.throwIfClosed(entry);
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
    const hasRoom = this.#maxQueued < Infinity && this.queued < this.#maxQueued;
    return this.#pickNow(undefined) !== undefined || (hasRoom && this.isUp);
  }

  /** No new calls: they fail with `Detached`. What is pending still settles. */
  close(): void {
    this.#markClosed(new Failure('Detached'));
  }

  [dispose](): void {
    this.close();
  }

  // ── for those who extend it ────────────────────────────────────────────────────────────────────

  /** Now, or when its turn comes. */
  enqueue(call: QueuedMessage): void {
    if (call.isCancelled === true) return;
    this.#dispatcher.add(call);
    this.offer();
  }

  /** It was given up. */
  dequeue(call: QueuedMessage): void {
    this.#dispatcher.remove(call);
    this.#notifyReady();
  }

  /** Somebody may be there who takes what waits. */
  protected offer(): void {
    this.#dispatcher.flush();
    this.#notifyReady();
  }

  #notifyReady(): void {
    if (this.#readyWaiters.length > 0) for (const tell of this.#readyWaiters.splice(0)) tell();
  }

  /** No new calls. */
  protected refuse(failure: Failure): void {
    this.#markClosed(failure);
  }

  /** Nobody will ever take calls again. */
  protected end(failure: Failure): void {
    this.#markClosed(failure);
    this.#dispatcher.end(failure);
  }

  protected get queued(): number {
    return this.#dispatcher.size;
  }

  protected get oldest(): number {
    return this.#dispatcher.oldest;
  }

  #markClosed(failure: Failure): void {
    if (this.#closeReason !== undefined) return;
    this.#closeReason = failure;
    this.#resolveClosed(failure.toError());
    this.#notifyReady();
  }

  /** Nothing overtakes what waits. */
  #pickNow(msg: unknown): Target<P, S, R, E> | undefined {
    return this.#dispatcher.size === 0 ? this.pick(msg) : undefined;
  }

  protected throwIfClosed(stackStartFn: unknown): void {
    if (this.#closeReason !== undefined) throw this.#closeReason.toError(stackStartFn);
  }

  #throwIfFull(stackStartFn: unknown): void {
    if (this.queued >= this.#maxQueued) raise(stackStartFn, 'MailboxFull');
  }
}
