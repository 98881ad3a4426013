import { globals, notifyUndelivered, type OnDropped, type QueueNode } from '../../core/internal.js';
import type { Snapshot } from './snapshot.js';
import type { Target, QueuedMessage } from './target.js';

/** A post that no target could take yet. */
export class QueuedPost implements QueuedMessage {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly createdAt = globals.performance.now();
  readonly #snapshot: Snapshot;
  readonly #onDropped: OnDropped | undefined;

  constructor(snapshot: Snapshot, onDropped: OnDropped | undefined) {
    this.#snapshot = snapshot;
    this.#onDropped = onDropped;
  }

  get msg(): unknown {
    return this.#snapshot.msg;
  }

  sendTo(target: Target): void {
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
