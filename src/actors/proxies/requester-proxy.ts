/**
 * A requester whose server may change or be missing for a while. A call goes straight to a target
 * if one can take it; otherwise it is copied and waits in a queue.
 *
 *   open ──close(), closeWith()──► closed ──end()──► ended
 *     └────────────────────end()─────────────────────►┘
 *
 * In `closed`, new calls fail but queued messages are still sent; in `ended`, queued messages fail.
 */
import {
  checkSignal,
  checkTimeout,
  createLoopRef,
  createWaitReply,
  Deferred,
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
import { Dispatcher } from './dispatcher.js';
import { QueuedPost } from './queued-post.js';
import { QueuedRequest } from './queued-request.js';
import { snapshot } from './snapshot.js';
import {
  checkRetries,
  type PoolReqOptions,
  type StableReqOptions,
  type StableRequester,
} from './stable-requester.js';
import { request, type Target, type QueuedMessage } from './target.js';

export abstract class RequesterProxy<P, S, R, E>
  implements StableRequester<P, S, R, E>, Disposable
{
  /** Undefined while the proxy is open. */
  #closeReason: Failure | undefined = undefined;
  readonly #closed = new Deferred<UmpError>();
  readonly closed: Promise<UmpError> = this.#closed.promise;
  readonly #dispatcher = new Dispatcher<P, S, R, E>({
    pick: (msg) => this.pick(msg),
    targetLost: (target) => {
      this.targetLost(target);
    },
    wake: () => {
      this.wake();
    },
  });
  readonly #agentRef = createLoopRef();
  /** Pending requests and ready() keep a process alive, wherever they wait. */
  readonly loopRef = new LoopRefCount((isHeld) => {
    this.#agentRef.setRef(isHeld);
  });
  /** Resolve the calls of ready() that wait. */
  #readyWaiters: (() => void)[] = [];
  /** How many messages may be queued. */
  readonly #maxQueued: number;
  protected readonly onDropped: OnDropped | undefined;

  constructor(maxQueued = Infinity, onDropped?: OnDropped) {
    this.#maxQueued = maxQueued;
    this.onDropped = onDropped;
  }

  /** Returns the target for this message, or undefined if it must wait until wake() is called. */
  protected abstract pick(msg: unknown): Target<P, S, R, E> | undefined;

  /** Whether a target exists, be it free or busy. */
  protected abstract readonly hasTarget: boolean;

  /** The target is gone and must not be picked again. */
  protected abstract targetLost(target: Target<P, S, R, E>): void;

  post(msg: P, options?: SendOptions): void {
    const stackStartFn = RequesterProxy.prototype.post;
    this.throwIfClosed(stackStartFn);
    const target = this.#pickIfQueueIsEmpty(msg);
    if (target !== undefined && this.#isPosted(target, msg, options)) return;
    this.#throwIfFull(stackStartFn);
    this.#dispatcher.add(new QueuedPost(snapshot(stackStartFn, msg, options), this.onDropped));
    // The mailbox of the picked target was full; another target may have room.
    if (target !== undefined) this.wake();
  }

  /** Returns false if the target's mailbox is full and another target may have room. */
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
    const stackStartFn = RequesterProxy.prototype.req;
    try {
      this.throwIfClosed(stackStartFn);
      const { idempotent, killAfter } = options as PoolReqOptions;
      const isPlain = idempotent === undefined && killAfter === undefined;
      const target = isPlain ? this.#pickIfQueueIsEmpty(msg) : undefined;
      if (target !== undefined) return request(target, msg, options);
      return this.#enqueueRequest(stackStartFn, msg, options, true).pending.outcome as Promise<R>;
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
    const stackStartFn = RequesterProxy.prototype.reqDeferred;
    this.throwIfClosed(stackStartFn);
    const queued = this.#enqueueRequest(stackStartFn, msg, options, false);
    return createWaitReply(queued, queued.pending);
  }

  #enqueueRequest(
    stackStartFn: unknown,
    msg: S,
    options: PoolReqOptions,
    rejects: boolean,
  ): QueuedRequest {
    const retries = checkRetries(stackStartFn, options);
    const timeout = checkTimeout(stackStartFn, options.timeout);
    checkSignal(stackStartFn, options.signal);
    const killAfter = checkTimeout(stackStartFn, options.killAfter, 'killAfter');
    const target = this.#pickIfQueueIsEmpty(msg);
    if (target === undefined) this.#throwIfFull(stackStartFn);
    const queued = new QueuedRequest(this, snapshot(stackStartFn, msg, options), {
      retries,
      killAfter,
      rejects,
    });
    queued.pending.watch(options.signal, timeout);
    this.enqueue(queued);
    return queued;
  }

  /**
   * Fulfils when a target would take a call at once, or when a bounded queue has room and a target
   * exists.
   */
  async ready(): Promise<void> {
    const stackStartFn = RequesterProxy.prototype.ready;
    this.throwIfClosed(stackStartFn);
    for (;;) {
      while (!this.#acceptsCalls) {
        await this.loopRef.during(new Promise<void>((resolve) => this.#readyWaiters.push(resolve)));
        this.throwIfClosed(stackStartFn);
      }
      const target = this.#pickIfQueueIsEmpty(undefined);
      if (target === undefined || (await this.#becomesReady(target))) return;
      this.throwIfClosed(stackStartFn);
    }
  }

  async #becomesReady(target: Target<P, S, R, E>): Promise<boolean> {
    try {
      await target.client.ready();
      return true;
    } catch {
      this.targetLost(target);
      return false;
    }
  }

  get #acceptsCalls(): boolean {
    const hasRoom = this.#maxQueued < Infinity && this.queued < this.#maxQueued;
    return this.#pickIfQueueIsEmpty(undefined) !== undefined || (hasRoom && this.hasTarget);
  }

  /** New calls fail with `Detached`; pending calls still settle. */
  close(): void {
    this.closeWith(new Failure('Detached'));
  }

  [dispose](): void {
    this.close();
  }

  // ── for subclasses and queued requests ─────────────────────────────────────────────────────────

  /** Sends a request, or queues it until a target can take it. */
  enqueue(message: QueuedMessage): void {
    if (message.isCancelled === true) return;
    this.#dispatcher.add(message);
    this.wake();
  }

  /** Removes a request that its caller has given up. */
  dequeue(message: QueuedMessage): void {
    this.#dispatcher.remove(message);
    this.#notifyReady();
  }

  /** Must be called when a target may have become free. */
  protected wake(): void {
    this.#dispatcher.flush();
    this.#notifyReady();
  }

  #notifyReady(): void {
    if (this.#readyWaiters.length === 0) return;
    for (const resolve of this.#readyWaiters.splice(0)) resolve();
  }

  /** Fails new calls; queued messages are still sent. The first reason stays. */
  protected closeWith(failure: Failure): void {
    if (this.#closeReason !== undefined) return;
    this.#closeReason = failure;
    this.#closed.resolve(failure.toError());
    this.#notifyReady();
  }

  /** Fails new calls and queued messages: no target will take calls again. */
  protected end(failure: Failure): void {
    this.closeWith(failure);
    this.#dispatcher.end(failure);
  }

  protected get queued(): number {
    return this.#dispatcher.size;
  }

  protected get oldest(): number {
    return this.#dispatcher.oldest;
  }

  /** A message must not overtake queued ones. */
  #pickIfQueueIsEmpty(msg: unknown): Target<P, S, R, E> | undefined {
    return this.#dispatcher.size === 0 ? this.pick(msg) : undefined;
  }

  protected throwIfClosed(stackStartFn: unknown): void {
    if (this.#closeReason !== undefined) throw this.#closeReason.toError(stackStartFn);
  }

  #throwIfFull(stackStartFn: unknown): void {
    if (this.queued >= this.#maxQueued) raise(stackStartFn, 'MailboxFull');
  }
}
