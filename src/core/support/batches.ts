/**
 * Calls that are given up together, by one signal or by their timeouts, are not all settled in one
 * go: whatever else the thread has to do would have to wait for the last of them.
 */
import { later } from './platform.js';
import { Queue, type QueueNode } from './queue.js';

/**
 * So many are settled before the event loop gets its turn. It takes some milliseconds, mostly for
 * their errors.
 */
const BATCH_SIZE = 500;

class BatchedCall implements QueueNode {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly run: () => void;

  constructor(run: () => void) {
    this.run = run;
  }
}

const waiting = new Queue<BatchedCall>();
let left = BATCH_SIZE;

/**
 * Now, or in one of the next turns of the event loop if there are too many. What is given up keeps
 * this agent from exiting by itself, as long as it is pending.
 */
export function inBatches(run: () => void): void {
  if (left === BATCH_SIZE) later(0, nextTurn);
  if (left > 0) {
    left--;
    run();
  } else waiting.push(new BatchedCall(run));
}

function nextTurn(): void {
  left = BATCH_SIZE;
  if (waiting.size > 0) later(0, nextTurn);
  for (; left > 0 && waiting.size > 0; left--) waiting.shift()?.run();
}
