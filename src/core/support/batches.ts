/**
 * Calls that are given up together, by one signal or by their timeouts, are not all settled in one
 * turn of the event loop: everything else in this thread would have to wait for the last of them.
 */
import { later } from './platform.js';

/** How many calls are settled in one turn: it takes some milliseconds, mostly for their errors. */
const BATCH_SIZE = 500;

/** Does the next piece of its work; false once there is none left. */
export type Step = () => boolean;

const waiting: Step[] = [];
let left = BATCH_SIZE;

/**
 * Repeats the step until it returns false: now, and in the next turns of the event loop if that is
 * too much for one. The request that is given up keeps this agent from exiting while it is pending,
 * so the timer need not.
 */
export function inBatches(step: Step): void {
  if (left === BATCH_SIZE) later(0, nextTurn);
  if (waiting.length === 0 && !goesOn(step)) return;
  waiting.push(step);
}

/** Whether there is more to do than this turn has room for. */
function goesOn(step: Step): boolean {
  while (left > 0) {
    left--;
    if (!step()) return false;
  }
  return true;
}

function nextTurn(): void {
  left = BATCH_SIZE;
  if (waiting.length > 0) later(0, nextTurn);
  for (let [step] = waiting; step !== undefined && !goesOn(step); [step] = waiting) waiting.shift();
}
