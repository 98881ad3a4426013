/** What nobody could take yet, and who gets it: one after the other, in the order it came. */
import type { UmpError } from '../../core/errors.js';
import type { Failure } from '../../core/failure.js';
import { Queue } from '../../core/queue.js';
import { performance } from '../clock.js';
import { asFailure } from './relayed-call.js';
import type { Target, Waiting } from './target.js';

/** Those among whom it is given out. */
interface Takers<P, S, R, E> {
  /** Who is to take this message now; undefined: nobody can. */
  pick(msg: unknown): Target<P, S, R, E> | undefined;
  /** He is not to be picked any more. */
  lost(target: Target<P, S, R, E>): void;
  /** One who had no room may have some. */
  offer(): void;
}

export class Dispatcher<P, S, R, E> {
  readonly #backlog = new Queue<Waiting>();
  /** None of what waits was made after what stands behind it. */
  #isByAge = true;
  readonly #takers: Takers<P, S, R, E>;
  /** Nobody will take anything again. */
  #over: Failure | undefined = undefined;
  #waitsForRoom = false;

  constructor(takers: Takers<P, S, R, E>) {
    this.#takers = takers;
  }

  get size(): number {
    return this.#backlog.size;
  }

  /** Milliseconds that the one that has waited longest was made ago; 0 if none waits. */
  get oldest(): number {
    const now = performance.now();
    let { since = now } = this.#backlog.first ?? {};
    if (!this.#isByAge) for (const each of this.#backlog) since = Math.min(since, each.since);
    return now - since;
  }

  /** It waits until giveAll() is called and its turn comes. */
  add(waiting: Waiting): void {
    if (this.#over !== undefined) {
      waiting.fail(this.#over);
      return;
    }
    // What is sent again comes to the end, however old it is.
    const { last } = this.#backlog;
    this.#isByAge = last === undefined || (this.#isByAge && last.since <= waiting.since);
    this.#backlog.push(waiting);
  }

  remove(waiting: Waiting): void {
    this.#backlog.remove(waiting);
  }

  /** What waits fails, and so will whatever comes. */
  end(failure: Failure): void {
    this.#over ??= failure;
    for (const each of this.#backlog.clear()) each.fail(failure);
  }

  /** As far as it goes: what nobody can take holds up what came after it. */
  giveAll(): void {
    for (let next = this.#backlog.first; next !== undefined; next = this.#backlog.first) {
      if (next.gone !== true) {
        const target = this.#takers.pick(next.msg);
        if (target === undefined) return;
        const outcome = this.#give(next, target);
        if (outcome === 'full' && !this.#isThereAnother(target, next.msg)) return;
        if (outcome !== 'taken') continue;
      }
      this.#backlog.remove(next);
    }
  }

  #give(next: Waiting, target: Target<P, S, R, E>): 'taken' | 'lost' | 'full' {
    try {
      next.go(target);
    } catch (thrown) {
      const error = thrown as UmpError;
      switch (error.code) {
        case 'MailboxFull':
          if (target.filled === undefined) this.#offerAfter(target.client.ready());
          else target.filled();
          return 'full';
        case 'ServerDisappeared':
        case 'Detached':
          this.#takers.lost(target);
          return 'lost';
        default:
          // Nobody could take it.
          next.fail(asFailure(error));
      }
    }
    return 'taken';
  }

  #isThereAnother(target: Target<P, S, R, E>, msg: unknown): boolean {
    const other = this.#takers.pick(msg);
    return other !== undefined && other !== target;
  }

  #offerAfter(room: Promise<void>): void {
    if (this.#waitsForRoom) return;
    this.#waitsForRoom = true;
    const again = (): void => {
      this.#waitsForRoom = false;
      this.#takers.offer();
    };
    room.then(again, again);
  }
}
