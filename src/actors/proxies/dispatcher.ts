/** What nobody could take yet, and who gets it: one after the other, in the order it came. */
import { type Failure, Queue, type UmpError } from '../../core/internal.js';
import { performance } from '../clock.js';
import { asFailure } from './queued-request.js';
import type { Target, QueuedMessage } from './target.js';

/** Those among whom it is given out. */
interface Targets<P, S, R, E> {
  /** Who is to take this message now; undefined: nobody can. */
  pick(msg: unknown): Target<P, S, R, E> | undefined;
  /** He is not to be picked any more. */
  targetLost(target: Target<P, S, R, E>): void;
  /** One who had no room may have some. */
  wake(): void;
}

export class Dispatcher<P, S, R, E> {
  readonly #queue = new Queue<QueuedMessage>();
  /** None of what waits was made after what stands behind it. */
  #isByAge = true;
  readonly #takers: Targets<P, S, R, E>;
  /** Nobody will take anything again. */
  #endReason: Failure | undefined = undefined;
  #waitsForRoom = false;

  constructor(takers: Targets<P, S, R, E>) {
    this.#takers = takers;
  }

  get size(): number {
    return this.#queue.size;
  }

  /** Milliseconds that the one that has waited longest was made ago; 0 if none waits. */
  get oldest(): number {
    const now = performance.now();
    let { createdAt = now } = this.#queue.first ?? {};
    if (!this.#isByAge)
      for (const each of this.#queue) createdAt = Math.min(createdAt, each.createdAt);
    return now - createdAt;
  }

  /** It waits until giveAll() is called and its turn comes. */
  add(waiting: QueuedMessage): void {
    if (this.#endReason !== undefined) {
      waiting.fail(this.#endReason);
      return;
    }
    // What is sent again comes to the end, however old it is.
    const { last } = this.#queue;
    this.#isByAge = last === undefined || (this.#isByAge && last.createdAt <= waiting.createdAt);
    this.#queue.push(waiting);
  }

  remove(waiting: QueuedMessage): void {
    this.#queue.remove(waiting);
  }

  /** What waits fails, and so will whatever comes. */
  end(failure: Failure): void {
    this.#endReason ??= failure;
    for (const each of this.#queue.clear()) each.fail(failure);
  }

  /** As far as it goes: what nobody can take holds up what came after it. */
  flush(): void {
    for (let next = this.#queue.first; next !== undefined; next = this.#queue.first) {
      if (next.isCancelled !== true) {
        const target = this.#takers.pick(next.msg);
        if (target === undefined) return;
        const outcome = this.#dispatch(next, target);
        if (outcome === 'full' && !this.#hasOtherTarget(target, next.msg)) return;
        if (outcome !== 'taken') continue;
      }
      this.#queue.remove(next);
    }
  }

  #dispatch(next: QueuedMessage, target: Target<P, S, R, E>): 'taken' | 'lost' | 'full' {
    try {
      next.sendTo(target);
    } catch (thrown) {
      const error = thrown as UmpError;
      switch (error.code) {
        case 'MailboxFull':
          if (target.onFull === undefined) this.#offerAfter(target.client.ready());
          else target.onFull();
          return 'full';
        case 'ServerDisappeared':
        case 'Detached':
          this.#takers.targetLost(target);
          return 'lost';
        default:
          // Nobody could take it.
          next.fail(asFailure(error));
      }
    }
    return 'taken';
  }

  #hasOtherTarget(target: Target<P, S, R, E>, msg: unknown): boolean {
    const other = this.#takers.pick(msg);
    return other !== undefined && other !== target;
  }

  #offerAfter(room: Promise<void>): void {
    if (this.#waitsForRoom) return;
    this.#waitsForRoom = true;
    const again = (): void => {
      this.#waitsForRoom = false;
      this.#takers.wake();
    };
    room.then(again, again);
  }
}
