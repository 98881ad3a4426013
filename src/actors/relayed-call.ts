import { isUmpError, type UmpError } from '../core/errors.js';
import { Failure } from '../core/failure.js';
import { Pending, type PendingOwner } from '../core/pending.js';
import { dispose } from '../core/platform.js';
import type { WaitReply } from '../core/wait-reply.js';
import type { Target, Waiting } from './relay.js';
import type { Snapshot } from './snapshot.js';

/** One request that waits for whoever takes it, then for his answer, and may be sent again if he dies. */
export class RelayedCall implements PendingOwner, Waiting {
  readonly pending: Pending;
  readonly #relay: { enter(call: Waiting): void };
  readonly #given: Snapshot;
  #timesLeft: number;
  #reply: WaitReply<unknown, unknown> | undefined = undefined;

  constructor(
    relay: { enter(call: Waiting): void },
    given: Snapshot,
    times: number,
    rejects: boolean,
  ) {
    this.#relay = relay;
    this.#given = given;
    this.#timesLeft = times;
    this.pending = new Pending(0, this, rejects);
  }

  get msg(): unknown {
    return this.#given.msg;
  }

  get gone(): boolean {
    return this.pending.settled;
  }

  go(target: Target): void {
    this.#reply = target.client.reqDeferred(this.msg, this.#given);
    target.began?.();
    this.#reply.wait().then(
      (value) => {
        target.over?.();
        this.settle(this.pending, value);
      },
      (error: unknown) => {
        target.over?.();
        this.#failed(error as UmpError);
      },
    );
  }

  #failed(error: UmpError): void {
    if (this.gone) return;
    if (this.#timesLeft > 0 && isUmpError(error, 'ServerDisappeared')) {
      this.#timesLeft--;
      this.#relay.enter(this);
    } else this.settle(this.pending, asFailure(error));
  }

  fail(failure: Failure): void {
    this.settle(this.pending, failure);
  }

  settle(pending: Pending, outcome: unknown): void {
    if (!pending.settled) pending.settle(outcome);
  }

  abandon(pending: Pending, failure: Failure): void {
    this.settle(pending, failure);
    this.#reply?.[dispose]();
  }

  expire(pending: Pending): void {
    this.abandon(pending, new Failure('Timeout'));
  }
}

const asFailure = (error: UmpError): Failure => new Failure(error.code, error.message, error);
