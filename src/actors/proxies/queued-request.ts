import {
  closePortsIn,
  dispose,
  type Failure,
  isUmpError,
  type LoopRefCount,
  type PendingRequest,
  pendingRequestOf,
  type QueueNode,
  type ReturnedMessage,
  type SendOptions,
  type UmpError,
  WaitReply,
} from '../../core/internal.js';
import { now } from '../support/now.js';
import { asFailure } from '../support/as-failure.js';
import { LocalCall } from '../support/local-call.js';
import type { CallTarget, CallLane, QueuedMessage } from './call-target.js';
import type { Snapshot } from './snapshot.js';
import type { RequestSettings } from './stable-requester.js';

/** What a queued request needs of its proxy. */
interface RequestQueue {
  readonly loopRef: LoopRefCount;
  enqueue(request: QueuedMessage): void;
  dequeue(request: QueuedMessage): void;
}

/** What makes a queued request. */
interface RequestParts {
  readonly lane: CallLane;
  readonly number: number;
  readonly snapshot: Snapshot;
  readonly settings: RequestSettings;
}

interface SentRequest {
  readonly reply: WaitReply<unknown, unknown>;
  readonly target: CallTarget;
}

/**
 * A request that is copied at the call: it waits for a target, then for the reply, and may be sent
 * again if the target dies.
 *
 *   created ──start()──► queued ──sendTo()──► sent ──reply, failure, abandon──► settled
 *                           ▲                  │
 *                           └──target returned it, or died and retries are left
 *
 * A request that was sent directly, without a copy, begins in `queued` if its target returns it.
 */
export class QueuedRequest extends LocalCall implements QueuedMessage {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  index?: number | undefined = undefined;
  readonly createdAt: number;
  readonly number: number;
  readonly lane: CallLane;
  readonly #queue: RequestQueue;
  /**
   * Undefined once settled: the caller's WaitReply may live longer and must not keep the message
   * reachable.
   */
  #snapshot: Snapshot | undefined;
  readonly #settings: RequestSettings;
  #retriesLeft: number;
  #state: 'created' | 'queued' | SentRequest | 'settled' = 'created';

  /** `rejects`: as for {@link LocalCall}. */
  constructor(
    queue: RequestQueue,
    { lane, number, snapshot, settings }: RequestParts,
    rejects: boolean | PendingRequest,
    createdAt = now(),
  ) {
    super(rejects);
    this.lane = lane;
    this.number = number;
    this.createdAt = createdAt;
    this.#queue = queue;
    this.#snapshot = snapshot;
    this.#settings = settings;
    this.#retriesLeft = settings.retries;
  }

  /** Queues the request; from now on it keeps a process alive until it has settled. */
  start(): void {
    const { signal, timeout } = this.#settings;
    this.#queue.loopRef.add(1);
    this.pending.watch(signal, timeout);
    this.#enqueue();
  }

  /** Queues a request that was pending before, and so is watched already. */
  resume(): void {
    this.#queue.loopRef.add(1);
    this.#enqueue();
  }

  #enqueue(): void {
    this.#state = 'queued';
    this.#queue.enqueue(this);
  }

  get priority(): number {
    return this.#settings.priority;
  }

  get msg(): unknown {
    return this.#snapshot?.msg;
  }

  get isCancelled(): boolean {
    return this.pending.isSettled || this.pending.elapsedTimeout !== undefined;
  }

  sendTo(target: CallTarget): void {
    const reply = target.client.reqDeferred(this.msg, this.#sendOptions);
    this.#state = { reply, target };
    const record = target.onRequest?.(this.msg, this.createdAt);
    if (reply instanceof WaitReply) {
      pendingRequestOf(reply).onReturned = (message) => {
        this.#onReturned(message);
        record?.returned();
      };
    }
    reply.wait().then(
      (value) => {
        record?.settled();
        this.settle(this.pending, value);
      },
      (error: unknown) => {
        // First, so that a request that is sent again is never missing from the pool's counts.
        this.#retryOrFail(error as UmpError);
        record?.settled(error as UmpError);
      },
    );
  }

  #onReturned(message: ReturnedMessage): void {
    if (this.pending.isSettled) return;
    // What was moved with the request comes back with it.
    if (this.#snapshot?.transfer.length !== 0) this.#snapshot = message;
    this.#enqueue();
  }

  /** Includes `killAfter`, because the target may itself be the proxy of a pool. */
  get #sendOptions(): SendOptions & Pick<RequestSettings, 'killAfter'> {
    return { transfer: this.#snapshot?.transfer ?? [], killAfter: this.#settings.killAfter };
  }

  #retryOrFail(error: UmpError): void {
    if (this.pending.isSettled) return;
    if (this.#retriesLeft > 0 && isUmpError(error, 'ServerDisappeared')) {
      this.#retriesLeft--;
      this.#enqueue();
    } else this.settle(this.pending, asFailure(error));
  }

  /** Fails the request, which no target has received. */
  fail(failure: Failure): void {
    closePortsIn(this.#snapshot?.transfer ?? []);
    this.settle(this.pending, failure);
  }

  override settle(pending: PendingRequest, outcome: unknown): void {
    if (pending.isSettled) return;
    super.settle(pending, outcome);
    this.#snapshot = undefined;
    this.#state = 'settled';
    this.#queue.loopRef.add(-1);
  }

  override abandon(pending: PendingRequest, failure: Failure): void {
    if (pending.isSettled) return;
    const state = this.#state;
    if (typeof state === 'string') {
      this.fail(failure);
      this.#queue.dequeue(this);
      return;
    }
    super.abandon(pending, failure);
    state.reply[dispose]();
    const { killAfter } = this.#settings;
    if (killAfter !== undefined) state.target.killUnlessResponsive?.(killAfter);
  }
}
