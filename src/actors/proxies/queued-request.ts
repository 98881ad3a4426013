import {
  closeMovedPorts,
  dispose,
  Failure,
  isUmpError,
  type LoopRefCount,
  type PendingOwner,
  PendingRequest,
  type QueueNode,
  type SendOptions,
  type UmpError,
  type WaitReply,
} from '../../core/internal.js';
import { performance } from '../clock.js';
import type { Target, QueuedMessage } from './target.js';
import type { Snapshot } from './snapshot.js';

interface RequestQueue {
  readonly loopRef: LoopRefCount;
  enqueue(call: QueuedMessage): void;
  dequeue(call: QueuedMessage): void;
}

interface CallOptions {
  /** How often it may be sent again. */
  readonly times: number;
  readonly killAfter: number | undefined;
  readonly rejects: boolean;
}

/**
 * One request that waits for whoever takes it, then for his answer, and may be sent again if he
 * dies.
 */
export class QueuedRequest implements PendingOwner, QueuedMessage {
  readonly pending: PendingRequest;
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly createdAt = performance.now();
  readonly #proxy: RequestQueue;
  /**
   * Until it is settled: a handle of the caller's may outlive that, and must not keep what the call
   * carried.
   */
  #given: Snapshot | undefined;
  readonly #killAfter: number | undefined;
  #retriesLeft: number;
  #with: { reply: WaitReply<unknown, unknown>; target: Target } | undefined = undefined;

  constructor(relay: RequestQueue, given: Snapshot, { times, killAfter, rejects }: CallOptions) {
    this.#proxy = relay;
    this.#given = given;
    this.#retriesLeft = times;
    this.#killAfter = killAfter;
    this.pending = new PendingRequest(0, this, rejects);
    relay.loopRef.add(1);
  }

  get msg(): unknown {
    return this.#given?.msg;
  }

  get isCancelled(): boolean {
    return this.pending.isSettled || this.pending.isDue;
  }

  sendTo(target: Target): void {
    const reply = target.client.reqDeferred(this.msg, this.#passedOn);
    this.#with = { reply, target };
    const over = target.onRequest?.(this.createdAt);
    reply.wait().then(
      (value) => {
        over?.();
        this.settle(this.pending, value);
      },
      (error: unknown) => {
        // If it is to be sent again it must not be missing for a moment.
        this.#failed(error as UmpError);
        over?.(error as UmpError);
      },
    );
  }

  /** A pool may be behind whoever stands for it. */
  get #passedOn(): SendOptions & Pick<CallOptions, 'killAfter'> {
    return { transfer: this.#given?.transfer ?? [], killAfter: this.#killAfter };
  }

  #failed(error: UmpError): void {
    if (this.pending.isSettled) return;
    this.#with = undefined;
    if (this.#retriesLeft > 0 && isUmpError(error, 'ServerDisappeared')) {
      this.#retriesLeft--;
      this.#proxy.enqueue(this);
    } else this.settle(this.pending, asFailure(error));
  }

  /** Nobody will take it. */
  fail(failure: Failure): void {
    closeMovedPorts(this.#given?.transfer ?? []);
    this.settle(this.pending, failure);
  }

  settle(pending: PendingRequest, outcome: unknown): void {
    if (pending.isSettled) return;
    pending.settle(outcome);
    this.#given = undefined;
    this.#with = undefined;
    this.#proxy.loopRef.add(-1);
  }

  abandon(pending: PendingRequest, failure: Failure): void {
    if (pending.isSettled) return;
    if (this.#with === undefined) {
      this.fail(failure);
      this.#proxy.dequeue(this);
      return;
    }
    const { reply, target } = this.#with;
    this.settle(pending, failure);
    reply[dispose]();
    if (this.#killAfter !== undefined) target.killUnlessResponsive?.(this.#killAfter);
  }
}

export const asFailure = (error: UmpError): Failure =>
  new Failure(error.code, error.message, error);
