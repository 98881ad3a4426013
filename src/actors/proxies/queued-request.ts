import {
  closeMovedPorts,
  dispose,
  type Failure,
  globals,
  isUmpError,
  type LoopRefCount,
  type PendingRequest,
  type QueueNode,
  type SendOptions,
  type UmpError,
  type WaitReply,
} from '../../core/internal.js';
import { asFailure } from '../as-failure.js';
import { LocalCall } from '../local-call.js';
import type { Target, QueuedMessage } from './target.js';
import type { Snapshot } from './snapshot.js';

/** What a queued request needs of its proxy. */
interface RequestQueue {
  readonly loopRef: LoopRefCount;
  enqueue(request: QueuedMessage): void;
  dequeue(request: QueuedMessage): void;
}

interface QueuedRequestOptions {
  /** How often the request may be sent again. */
  readonly retries: number;
  readonly killAfter: number | undefined;
  readonly rejects: boolean;
}

/**
 * A request that is copied at the call: it waits for a target, then for the reply, and may be sent
 * again if the target dies.
 *
 *   queued ──sendTo()──► sent ──reply, failure, abandon──► settled
 *      ▲                  │
 *      └──target died, retries left
 */
export class QueuedRequest extends LocalCall implements QueuedMessage {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly createdAt = globals.performance.now();
  readonly #queue: RequestQueue;
  /**
   * Undefined once settled: the caller's WaitReply may live longer and must not keep the message
   * reachable.
   */
  #snapshot: Snapshot | undefined;
  readonly #killAfter: number | undefined;
  #retriesLeft: number;
  /** Set while the request is sent. */
  #sent: { reply: WaitReply<unknown, unknown>; target: Target } | undefined = undefined;

  constructor(
    queue: RequestQueue,
    snapshot: Snapshot,
    { retries, killAfter, rejects }: QueuedRequestOptions,
  ) {
    super(rejects);
    this.#queue = queue;
    this.#snapshot = snapshot;
    this.#retriesLeft = retries;
    this.#killAfter = killAfter;
    queue.loopRef.add(1);
  }

  get msg(): unknown {
    return this.#snapshot?.msg;
  }

  get isCancelled(): boolean {
    return this.pending.isSettled || this.pending.isDue;
  }

  sendTo(target: Target): void {
    const reply = target.client.reqDeferred(this.msg, this.#sendOptions);
    this.#sent = { reply, target };
    const onSettled = target.onRequest?.(this.createdAt);
    reply.wait().then(
      (value) => {
        onSettled?.();
        this.settle(this.pending, value);
      },
      (error: unknown) => {
        // First, so that a request that is sent again is never missing from the pool's counts.
        this.#retryOrFail(error as UmpError);
        onSettled?.(error as UmpError);
      },
    );
  }

  /** Includes `killAfter`, because the target may itself be the proxy of a pool. */
  get #sendOptions(): SendOptions & Pick<QueuedRequestOptions, 'killAfter'> {
    return { transfer: this.#snapshot?.transfer ?? [], killAfter: this.#killAfter };
  }

  #retryOrFail(error: UmpError): void {
    if (this.pending.isSettled) return;
    this.#sent = undefined;
    if (this.#retriesLeft > 0 && isUmpError(error, 'ServerDisappeared')) {
      this.#retriesLeft--;
      this.#queue.enqueue(this);
    } else this.settle(this.pending, asFailure(error));
  }

  /** Fails the request, which no target has received. */
  fail(failure: Failure): void {
    closeMovedPorts(this.#snapshot?.transfer ?? []);
    this.settle(this.pending, failure);
  }

  override settle(pending: PendingRequest, outcome: unknown): void {
    if (pending.isSettled) return;
    super.settle(pending, outcome);
    this.#snapshot = undefined;
    this.#sent = undefined;
    this.#queue.loopRef.add(-1);
  }

  override abandon(pending: PendingRequest, failure: Failure): void {
    if (pending.isSettled) return;
    const sent = this.#sent;
    if (sent === undefined) {
      this.fail(failure);
      this.#queue.dequeue(this);
      return;
    }
    super.abandon(pending, failure);
    sent.reply[dispose]();
    if (this.#killAfter !== undefined) sent.target.killUnlessResponsive?.(this.#killAfter);
  }
}
