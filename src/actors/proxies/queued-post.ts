import { notifyUndelivered, type OnDropped, type QueueNode } from '../../core/internal.js';
import { performance } from '../clock.js';
import type { Snapshot } from './snapshot.js';
import type { Target, QueuedMessage } from './target.js';

/** A post that nobody could take yet. */
export class QueuedPost implements QueuedMessage {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly createdAt = performance.now();
  readonly #given: Snapshot;
  readonly #onDropped: OnDropped | undefined;

  constructor(given: Snapshot, onDropped: OnDropped | undefined) {
    this.#given = given;
    this.#onDropped = onDropped;
  }

  get msg(): unknown {
    return this.#given.msg;
  }

  sendTo(target: Target): void {
    target.client.post(this.msg, this.#given);
    target.onPosted?.();
  }

  fail(): void {
    notifyUndelivered(this.#onDropped, this.#given.transfer, () => ({
      type: 'post',
      msg: this.msg,
    }));
  }
}
