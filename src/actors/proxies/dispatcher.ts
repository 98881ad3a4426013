import { Failure, globals, Queue, type UmpError } from '../../core/internal.js';
import { asFailure } from '../as-failure.js';
import type { Target, QueuedMessage } from './target.js';

/** The targets of one proxy. */
interface Targets<P, S, R, E> {
  /** Returns the target for this message, or undefined if none can take it now. */
  pick(msg: unknown): Target<P, S, R, E> | undefined;
  /** The target is gone and must not be picked again. */
  targetLost(target: Target<P, S, R, E>): void;
  /** A target whose mailbox was full may have room again. */
  wake(): void;
}

/** Queues the messages that no target could take yet, and hands them out in order. */
export class Dispatcher<P, S, R, E> {
  readonly #queue = new Queue<QueuedMessage>();
  /** Whether the queue is sorted by `createdAt`. */
  #isSortedByAge = true;
  readonly #targets: Targets<P, S, R, E>;
  /** Why no target will take a message again. */
  #endReason: Failure | undefined = undefined;
  #waitsForRoom = false;

  constructor(targets: Targets<P, S, R, E>) {
    this.#targets = targets;
  }

  get size(): number {
    return this.#queue.size;
  }

  /** Milliseconds since the oldest queued message was made; 0 if the queue is empty. */
  get oldest(): number {
    const now = globals.performance.now();
    let { createdAt = now } = this.#queue.first ?? {};
    if (!this.#isSortedByAge)
      for (const each of this.#queue) createdAt = Math.min(createdAt, each.createdAt);
    return now - createdAt;
  }

  /** Appends a message; flush() sends it. After end(), the message fails at once. */
  add(message: QueuedMessage): void {
    if (this.#endReason !== undefined) {
      message.fail(this.#endReason);
      return;
    }
    // A message that is sent again goes to the end of the queue, although it is older.
    const { last } = this.#queue;
    this.#isSortedByAge =
      last === undefined || (this.#isSortedByAge && last.createdAt <= message.createdAt);
    this.#queue.push(message);
  }

  remove(message: QueuedMessage): void {
    this.#queue.remove(message);
  }

  /** Fails all queued messages, and those that are added later. */
  end(failure: Failure): void {
    this.#endReason ??= failure;
    for (const each of this.#queue.clear()) each.fail(failure);
  }

  /** Sends queued messages in order, and stops at the first that no target can take. */
  flush(): void {
    for (let next = this.#queue.first; next !== undefined; next = this.#queue.first) {
      if (next.isCancelled !== true) {
        const target = this.#pick(next);
        if (target === undefined) return;
        if (target === 'failed') continue;
        const outcome = this.#send(next, target);
        if (outcome === 'full' && !this.#hasOtherTarget(target, next.msg)) return;
        if (outcome !== 'done') continue;
      }
      this.#queue.remove(next);
    }
  }

  /** The application's own key function may throw, here long after the call. */
  #pick(next: QueuedMessage): Target<P, S, R, E> | 'failed' | undefined {
    try {
      return this.#targets.pick(next.msg);
    } catch (cause) {
      this.#queue.remove(next);
      next.fail(new Failure('InvalidArgument', 'the key function threw: see cause', { cause }));
      return 'failed';
    }
  }

  #send(next: QueuedMessage, target: Target<P, S, R, E>): 'done' | 'lost' | 'full' {
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

  #hasOtherTarget(target: Target<P, S, R, E>, msg: unknown): boolean {
    const other = this.#targets.pick(msg);
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
