/**
 * A requester whose server may change or be missing for a while. A call goes straight to a target
 * if one can take it; otherwise it is copied and waits in a queue.
 *
 *   open ──close(), failNewCalls()──► closing ──closeWith()──► closed
 *     └─────────────────────closeWith()───────────────────────►┘
 *
 * In `closing`, new calls fail but queued messages are still sent; in `closed`, those fail too.
 */
import {
  createLoopRef,
  createWaitReply,
  Deferred,
  dispose,
  Failure,
  LoopRefCount,
  type OnDropped,
  raise,
  type Result,
  resultOfCall,
  type SendOptions,
  type UmpError,
  type WaitReply,
} from '../../core/internal.js';
import { requestDirectly } from './direct-request.js';
import { Dispatcher, type IsBefore } from './dispatcher.js';
import { QueuedPost } from './queued-post.js';
import { QueuedRequest } from './queued-request.js';
import { ReadyWaiters } from './ready-waiters.js';
import { snapshot } from './snapshot.js';
import {
  checkRequestOptions,
  PLAIN_SETTINGS,
  type PoolReqOptions,
  type StableReqOptions,
  type StableRequester,
} from './stable-requester.js';
import { postDirectly, type CallTarget, type QueuedMessage } from './call-target.js';

export abstract class RequesterProxy<P, S, R, E>
  implements StableRequester<P, S, R, E>, Disposable
{
  /**
   * Every handle has this tag, so that Vue puts no Proxy around it.
   * @internal
   */
  get [Symbol.toStringTag](): string {
    return this.constructor.name;
  }
  #state: 'open' | 'closing' | 'closed' = 'open';
  /** Why new calls fail; undefined while the proxy is open. */
  #closeReason: Failure | undefined = undefined;
  readonly #closed = new Deferred<UmpError>();
  readonly closed: Promise<UmpError> = this.#closed.promise;
  /** The queue of the messages that any target may take. */
  protected readonly commonLane: Dispatcher<P, S, R, E>;
  readonly #lanes: Dispatcher<P, S, R, E>[] = [];
  /** The number of the last call. */
  #lastNumber = 0;
  readonly #agentRef = createLoopRef();
  /** Pending requests and ready() keep a process alive, wherever they wait. */
  readonly loopRef = new LoopRefCount((isHeld) => {
    this.#agentRef.setRef(isHeld);
  });
  readonly #readyWaiters = new ReadyWaiters(() => !this.#mustWait);
  /** How many messages may be queued. */
  readonly #maxQueued: number;
  protected readonly onDropped: OnDropped | undefined;

  constructor(maxQueued = Infinity, onDropped?: OnDropped, isBefore?: IsBefore) {
    this.#maxQueued = maxQueued;
    this.onDropped = onDropped;
    this.commonLane = this.addLane((msg) => this.pick(msg), isBefore);
  }

  protected addLane(
    pick: (msg: unknown) => CallTarget<P, S, R, E> | undefined,
    isBefore?: IsBefore,
  ): Dispatcher<P, S, R, E> {
    const targetLost = this.targetLost.bind(this);
    const lane = new Dispatcher({ pick, targetLost, wake: this.wake.bind(this) }, isBefore);
    this.#lanes.push(lane);
    return lane;
  }

  /** The queue in which this message waits if no target can take it. May throw. */
  protected laneOf(_stackStartFn: unknown, _msg: unknown): Dispatcher<P, S, R, E> {
    return this.commonLane;
  }

  /** Messages, or a call of ready(), wait for a target. */
  protected onWaiting?(): void;

  /** Returns the target for this message, or undefined if it must wait until wake() is called. */
  protected abstract pick(msg: unknown): CallTarget<P, S, R, E> | undefined;

  /** Whether a target exists, be it free or busy. */
  protected abstract readonly hasTarget: boolean;

  /** The target is gone and must not be picked again. */
  protected abstract targetLost(target: CallTarget<P, S, R, E>): void;

  post(msg: P, options?: SendOptions): void {
    const stackStartFn = RequesterProxy.prototype.post;
    this.throwIfClosed(stackStartFn);
    const lane = this.laneOf(stackStartFn, msg);
    const target = lane.pickIfEmpty(msg);
    if (target !== undefined) {
      const failed = postDirectly(target, msg, options);
      if (failed === undefined) return;
      if (failed === 'lost') this.targetLost(target);
    }
    this.#throwIfFull(stackStartFn);
    const copy = snapshot(stackStartFn, msg, options);
    this.enqueue(new QueuedPost(lane, ++this.#lastNumber, copy, this.onDropped));
  }

  req(msg: S, options: StableReqOptions = {}): Promise<R> {
    const stackStartFn = RequesterProxy.prototype.req;
    try {
      this.throwIfClosed(stackStartFn);
      const { idempotent, killAfter, priority } = options as PoolReqOptions;
      const isPlain = (idempotent ?? killAfter ?? priority) === undefined;
      const lane = this.laneOf(stackStartFn, msg);
      const target = isPlain ? lane.pickIfEmpty(msg) : undefined;
      if (target !== undefined) {
        const number = ++this.#lastNumber;
        const reply = requestDirectly(
          stackStartFn,
          target,
          msg,
          options,
          (pending, copy, since) => {
            const parts = { lane, number, snapshot: copy, settings: PLAIN_SETTINGS };
            new QueuedRequest(this, parts, pending, since).resume();
          },
        );
        if (reply !== undefined) return reply;
        this.targetLost(target);
      }
      return this.#enqueueRequest(stackStartFn, lane, msg, options, true).pending
        .outcome as Promise<R>;
    } catch (thrown) {
      const error = thrown as UmpError<E>;
      return Promise.reject(error);
    }
  }

  tryReq(msg: S, options?: StableReqOptions): Promise<Result<R, E>> {
    return resultOfCall(this.req(msg, options));
  }

  reqDeferred(msg: S, options: StableReqOptions = {}): WaitReply<R, E> {
    const stackStartFn = RequesterProxy.prototype.reqDeferred;
    this.throwIfClosed(stackStartFn);
    const lane = this.laneOf(stackStartFn, msg);
    return createWaitReply(this.#enqueueRequest(stackStartFn, lane, msg, options, false).pending);
  }

  #enqueueRequest(
    stackStartFn: unknown,
    lane: Dispatcher<P, S, R, E>,
    msg: S,
    options: PoolReqOptions,
    rejects: boolean,
  ): QueuedRequest {
    const settings = checkRequestOptions(stackStartFn, options);
    if (lane.pickIfEmpty(msg) === undefined) this.#throwIfFull(stackStartFn);
    const copy = snapshot(stackStartFn, msg, options);
    const parts = { lane, number: ++this.#lastNumber, snapshot: copy, settings };
    const queued = new QueuedRequest(this, parts, rejects);
    queued.start();
    return queued;
  }

  /**
   * Fulfils when a target would take a call at once, or when a bounded queue has room and a target
   * exists.
   */
  async ready(): Promise<void> {
    const stackStartFn = RequesterProxy.prototype.ready;
    this.throwIfClosed(stackStartFn);
    // One by one: the caller before may take the only room.
    let turn = this.#maxQueued < Infinity;
    for (;;) {
      while (this.#mustWait || turn) {
        turn = false;
        if (this.#mustWait) this.onWaiting?.();
        const waiting = this.#readyWaiters.wait();
        this.#readyWaiters.notify();
        await this.loopRef.during(waiting);
        this.throwIfClosed(stackStartFn);
      }
      const target = this.pickAny();
      if (target === undefined || (await this.#becomesReady(target))) return;
      this.throwIfClosed(stackStartFn);
    }
  }

  async #becomesReady(target: CallTarget<P, S, R, E>): Promise<boolean> {
    try {
      await target.client.ready();
      return true;
    } catch {
      this.targetLost(target);
      return false;
    }
  }

  get #mustWait(): boolean {
    if (this.#state !== 'open') return false;
    if (this.pickAny() !== undefined) return false;
    const hasRoom = this.#maxQueued < Infinity && this.queued < this.#maxQueued;
    return !hasRoom || !this.hasTarget;
  }

  /** New calls fail with `Detached`; pending calls still settle. */
  close(): void {
    this.failNewCalls(new Failure('Detached'));
  }

  [dispose](): void {
    this.close();
  }

  // ── for subclasses and queued requests ─────────────────────────────────────────────────────────

  /** Sends a message, or queues it until a target can take it. */
  enqueue(message: QueuedMessage): void {
    if (message.isCancelled === true) return;
    const { lane } = message;
    lane.add(message);
    lane.flush();
    if (this.queued > 0) this.onWaiting?.();
    this.#readyWaiters.notify();
  }

  /** Removes a request that its caller has given up. */
  dequeue(message: QueuedMessage): void {
    message.lane.remove(message);
    this.#readyWaiters.notify();
  }

  /** Must be called when a target may have become free. */
  protected wake(): void {
    for (const lane of this.#lanes) if (lane.size > 0) lane.flush();
    if (this.queued > 0) this.onWaiting?.();
    this.#readyWaiters.notify();
  }

  /** Fails new calls; queued messages are still sent. The first reason stays. */
  protected failNewCalls(failure: Failure): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#closeReason = failure;
    this.#closed.resolve(failure.toError());
    this.#readyWaiters.notify();
  }

  /** Fails new calls and queued messages: no target will take calls again. */
  protected closeWith(failure: Failure): void {
    this.failNewCalls(failure);
    this.#state = 'closed';
    for (const lane of this.#lanes) lane.closeWith(failure);
  }

  /** @internal */
  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  protected get queued(): number {
    let sum = 0;
    for (const { size } of this.#lanes) sum += size;
    return sum;
  }

  protected get oldest(): number {
    return Math.max(...this.#lanes.map(({ oldest }) => oldest));
  }

  /** A target that would take a message now, if there is one for any message. */
  protected pickAny(): CallTarget<P, S, R, E> | undefined {
    return this.commonLane.pickIfEmpty(undefined);
  }

  protected throwIfClosed(stackStartFn: unknown): void {
    if (this.#closeReason !== undefined) throw this.#closeReason.toError(stackStartFn);
  }

  #throwIfFull(stackStartFn: unknown): void {
    if (this.queued >= this.#maxQueued) raise(stackStartFn, 'MailboxFull');
  }
}
