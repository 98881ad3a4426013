import { tellDropped } from '../../core/dropped.js';
import type { OnDropped } from '../../core/options.js';
import type { QueueNode } from '../../core/queue.js';
import { performance } from '../clock.js';
import type { Snapshot } from './snapshot.js';
import type { Target, Waiting } from './target.js';

/** A post that nobody could take yet. */
export class WaitingPost implements Waiting {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly since = performance.now();
  readonly #given: Snapshot;
  readonly #onDropped: OnDropped | undefined;

  constructor(given: Snapshot, onDropped: OnDropped | undefined) {
    this.#given = given;
    this.#onDropped = onDropped;
  }

  get msg(): unknown {
    return this.#given.msg;
  }

  go(target: Target): void {
    target.client.post(this.msg, this.#given);
    target.posted?.();
  }

  fail(): void {
    tellDropped(this.#onDropped, this.#given.transfer, () => ({ type: 'post', msg: this.msg }));
  }
}
