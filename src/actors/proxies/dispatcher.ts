/** The messages that no target could take yet: hands them out in order. */
import {
  eachInBatches,
  type Failure,
  Queue,
  type QueueNode,
  type UmpError,
} from '../../core/internal.js';
import { now } from '../support/now.js';
import { asFailure } from '../support/as-failure.js';
import type { CallTarget, CallLane, QueuedMessage } from './call-target.js';
import { OrderedQueue } from './ordered-queue.js';

/** The targets of one proxy. */
interface TargetSource<P, S, R, E> {
  /** Returns the target for this message, or undefined if none can take it now. */
  pick(msg: unknown): CallTarget<P, S, R, E> | undefined;
  /** The target is gone and must not be picked again. */
  targetLost(target: CallTarget<P, S, R, E>): void;
  /** A target whose mailbox was full may have room again. */
  wake(): void;
}

/** Whether the first message leaves the queue before the second. */
export type IsBefore = (a: QueuedMessage, b: QueuedMessage) => boolean;

export const byPriority: IsBefore = (a, b) =>
  a.priority === b.priority ? a.number < b.number : a.priority > b.priority;

export class Dispatcher<P, S, R, E> implements CallLane {
  /** In the order of the calls, until one has a priority. */
  #queue: Queue<QueuedMessage> | OrderedQueue<QueuedMessage>;
  /** The message that was put before later ones last. */
  #lastReturned: QueuedMessage | undefined = undefined;
  readonly #targets: TargetSource<P, S, R, E>;
  /** Why no target will take a message again. */
  #closeReason: Failure | undefined = undefined;
  #waitsForRoom = false;

  constructor(targets: TargetSource<P, S, R, E>, isBefore?: IsBefore) {
    this.#targets = targets;
    this.#queue = isBefore === undefined ? new Queue() : new OrderedQueue(isBefore);
  }

  get size(): number {
    return this.#queue.size;
  }

  /** Milliseconds since the oldest queued message was made; 0 if the queue is empty. */
  get oldest(): number {
    const time = now();
    if (this.#queue instanceof Queue) return time - (this.#queue.first?.createdAt ?? time);
    let oldest = time;
    for (const { createdAt } of this.#queue) oldest = Math.min(oldest, createdAt);
    return time - oldest;
  }

  /** A message must not overtake queued ones. */
  pickIfEmpty(msg: unknown): CallTarget<P, S, R, E> | undefined {
    return this.#queue.size === 0 ? this.#targets.pick(msg) : undefined;
  }

  /** Queues a message; flush() sends it. After closeWith(), the message fails at once. */
  add(message: QueuedMessage): void {
    if (this.#closeReason !== undefined) {
      message.fail(this.#closeReason);
      return;
    }
    if (this.#queue instanceof Queue && message.priority !== 0) {
      const ordered = new OrderedQueue(byPriority);
      for (const each of this.#queue.clear()) ordered.push(each);
      this.#queue = ordered;
    }
    if (this.#queue instanceof Queue) this.#insert(this.#queue, message);
    else this.#queue.push(message);
  }

  /**
   * A message that comes back, to be sent again, is older than the others. Those that come back
   * together do so in the order of their calls.
   */
  #insert(queue: Queue<QueuedMessage>, message: QueuedMessage): void {
    const { first, last } = queue;
    if (first === undefined || last === undefined || last.number < message.number) {
      queue.push(message);
      return;
    }
    const before = this.#lastReturned;
    let next: QueueNode | undefined = first;
    if (before?.after !== undefined && before.number < message.number) next = before.after;
    while (next !== queue && (next as QueuedMessage).number < message.number) {
      next = (next as QueuedMessage).after ?? queue;
    }
    queue.insertBefore(next, message);
    this.#lastReturned = message;
  }

  remove(message: QueuedMessage): void {
    this.#queue.remove(message);
    if (this.#lastReturned === message) this.#lastReturned = undefined;
  }

  /** Fails all queued messages, and those that are added later. */
  closeWith(failure: Failure): void {
    this.#closeReason ??= failure;
    this.#lastReturned = undefined;
    eachInBatches(this.#queue.clear(), (each) => {
      each.fail(failure);
    });
  }

  /** Sends queued messages in order, and stops at the first that no target can take. */
  flush(): void {
    for (let next = this.#queue.first; next !== undefined; next = this.#queue.first) {
      if (next.isCancelled !== true) {
        const target = this.#targets.pick(next.msg);
        if (target === undefined) return;
        const outcome = this.#send(next, target);
        if (outcome === 'full' && !this.#hasOtherTarget(target, next)) return;
        if (outcome !== 'done') continue;
      }
      this.remove(next);
    }
  }

  #send(next: QueuedMessage, target: CallTarget<P, S, R, E>): 'done' | 'lost' | 'full' {
    try {
      next.sendTo(target);
    } catch (thrown) {
      const error = thrown as UmpError;
      switch (error.code) {
        case 'MailboxFull':
          if (target.onFull === undefined) this.#wakeAfter(target.client.ready());
          else target.onFull();
          return 'full';
        case 'ServerDisappeared':
        case 'Detached':
          this.#targets.targetLost(target);
          return 'lost';
        default:
          // Every other target would throw the same error.
          next.fail(asFailure(error));
      }
    }
    return 'done';
  }

  #hasOtherTarget(target: CallTarget<P, S, R, E>, next: QueuedMessage): boolean {
    const other = this.#targets.pick(next.msg);
    return other !== undefined && other !== target;
  }

  #wakeAfter(room: Promise<void>): void {
    if (this.#waitsForRoom) return;
    this.#waitsForRoom = true;
    const wake = (): void => {
      this.#waitsForRoom = false;
      this.#targets.wake();
    };
    room.then(wake, wake);
  }
}
