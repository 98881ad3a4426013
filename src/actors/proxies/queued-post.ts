import { notifyUndelivered, type OnDropped, type QueueNode } from '../../core/internal.js';
import { now } from '../support/now.js';
import type { Snapshot } from './snapshot.js';
import type { CallTarget, CallLane, QueuedMessage } from './call-target.js';

/** A post that no target could take yet. */
export class QueuedPost implements QueuedMessage {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  index?: number | undefined = undefined;
  readonly createdAt = now();
  readonly priority = 0;
  readonly lane: CallLane;
  readonly number: number;
  readonly #snapshot: Snapshot;
  readonly #onDropped: OnDropped | undefined;

  constructor(
    lane: CallLane,
    number: number,
    snapshot: Snapshot,
    onDropped: OnDropped | undefined,
  ) {
    this.lane = lane;
    this.number = number;
    this.#snapshot = snapshot;
    this.#onDropped = onDropped;
  }

  get msg(): unknown {
    return this.#snapshot.msg;
  }

  sendTo(target: CallTarget): void {
    target.client.post(this.msg, this.#snapshot);
    target.onPosted?.();
  }

  fail(): void {
    notifyUndelivered(this.#onDropped, this.#snapshot.transfer, () => ({
      type: 'post',
      msg: this.msg,
    }));
  }
}
