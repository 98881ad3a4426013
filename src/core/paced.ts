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
const MOST_AT_ONCE = 500;

class Job implements QueueNode {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly run: () => void;

  constructor(run: () => void) {
    this.run = run;
  }
}

const waiting = new Queue<Job>();
let left = MOST_AT_ONCE;

/**
 * Now, or in one of the next turns of the event loop if there are too many. What is given up keeps
 * this agent from exiting by itself, as long as it is pending.
 */
export function paced(run: () => void): void {
  if (left === MOST_AT_ONCE) later(0, nextTurn);
  if (left > 0) {
    left--;
    run();
  } else waiting.push(new Job(run));
}

function nextTurn(): void {
  left = MOST_AT_ONCE;
  if (waiting.size > 0) later(0, nextTurn);
  for (; left > 0 && waiting.size > 0; left--) waiting.shift()?.run();
}
