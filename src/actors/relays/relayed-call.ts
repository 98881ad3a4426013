import { closePorts } from '../../core/dropped.js';
import { isUmpError, type UmpError } from '../../core/errors.js';
import { Failure } from '../../core/failure.js';
import type { Hold } from '../../core/hold.js';
import type { SendOptions } from '../../core/options.js';
import { Pending, type PendingOwner } from '../../core/pending.js';
import { dispose } from '../../core/platform.js';
import type { QueueNode } from '../../core/queue.js';
import type { WaitReply } from '../../core/wait-reply.js';
import { performance } from '../clock.js';
import type { Target, Waiting } from './target.js';
import type { Snapshot } from './snapshot.js';

interface Way {
  readonly hold: Hold;
  enter(call: Waiting): void;
  leave(call: Waiting): void;
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
export class RelayedCall implements PendingOwner, Waiting {
  readonly pending: Pending;
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly since = performance.now();
  readonly #relay: Way;
  /**
   * Until it is settled: a handle of the caller's may outlive that, and must not keep what the call
   * carried.
   */
  #given: Snapshot | undefined;
  readonly #killAfter: number | undefined;
  #timesLeft: number;
  #with: { reply: WaitReply<unknown, unknown>; target: Target } | undefined = undefined;

  constructor(relay: Way, given: Snapshot, { times, killAfter, rejects }: CallOptions) {
    this.#relay = relay;
    this.#given = given;
    this.#timesLeft = times;
    this.#killAfter = killAfter;
    this.pending = new Pending(0, this, rejects);
    relay.hold.add(1);
  }

  get msg(): unknown {
    return this.#given?.msg;
  }

  get gone(): boolean {
    return this.pending.settled || this.pending.isDue;
  }

  go(target: Target): void {
    const reply = target.client.reqDeferred(this.msg, this.#passedOn);
    this.#with = { reply, target };
    const over = target.began?.(this.since);
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
    if (this.pending.settled) return;
    this.#with = undefined;
    if (this.#timesLeft > 0 && isUmpError(error, 'ServerDisappeared')) {
      this.#timesLeft--;
      this.#relay.enter(this);
    } else this.settle(this.pending, asFailure(error));
  }

  /** Nobody will take it. */
  fail(failure: Failure): void {
    closePorts(this.#given?.transfer ?? []);
    this.settle(this.pending, failure);
  }

  settle(pending: Pending, outcome: unknown): void {
    if (pending.settled) return;
    pending.settle(outcome);
    this.#given = undefined;
    this.#with = undefined;
    this.#relay.hold.add(-1);
  }

  abandon(pending: Pending, failure: Failure): void {
    if (pending.settled) return;
    if (this.#with === undefined) {
      this.fail(failure);
      this.#relay.leave(this);
      return;
    }
    const { reply, target } = this.#with;
    this.settle(pending, failure);
    reply[dispose]();
    if (this.#killAfter !== undefined) target.mustReact?.(this.#killAfter);
  }
}

export const asFailure = (error: UmpError): Failure =>
  new Failure(error.code, error.message, error);
