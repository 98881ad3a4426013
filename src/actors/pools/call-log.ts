import { Histogram } from './histogram.js';
import { MethodCounts } from './method-counts.js';

/** How long the calls of a pool took, in milliseconds, and how many there were of each method. */
export class CallLog {
  /** From the call to the outcome. */
  readonly latency = new Histogram();
  /** From the call until it was sent to a worker for the last time. */
  readonly waitTime = new Histogram();
  /** From then on to the outcome. */
  readonly runTime = new Histogram();
  readonly methods = new MethodCounts();

  /** All three by now(). */
  add(since: number, sentAt: number, settledAt: number): void {
    this.latency.add(settledAt - since);
    this.waitTime.add(sentAt - since);
    this.runTime.add(settledAt - sentAt);
  }
}
