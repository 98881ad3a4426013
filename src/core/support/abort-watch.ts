/**
 * One listener on each signal, however many calls it may end: engines search the listeners of a
 * target for each one that is added, and Node warns of a leak at the eleventh.
 */
import { inBatches } from './batches.js';
import type { AbortListener, WorkingSignal } from './platform.js';
import { Queue, type QueueNode } from './queue.js';

export interface Abortable {
  aborted(reason: unknown): void;
}

/** That one call may be ended by one signal. */
export class AbortWatch implements QueueNode {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly #on: SignalWatches;
  readonly call: Abortable;

  constructor(on: SignalWatches, call: Abortable) {
    this.#on = on;
    this.call = call;
    on.add(this);
  }

  /** The signal does not matter to that call any more. */
  stop(): void {
    this.#on.remove(this);
  }
}

class SignalWatches implements AbortListener {
  readonly #signal: WorkingSignal;
  readonly #watches = new Queue<AbortWatch>();

  constructor(signal: WorkingSignal) {
    this.#signal = signal;
  }

  add(watch: AbortWatch): void {
    if (this.#watches.size === 0) this.#signal.addEventListener('abort', this);
    this.#watches.push(watch);
  }

  remove(watch: AbortWatch): void {
    if (this.#watches.remove(watch) && this.#watches.size === 0) {
      this.#signal.removeEventListener('abort', this);
    }
  }

  handleEvent(): void {
    const signal = this.#signal;
    signal.removeEventListener('abort', this);
    // One that is stopped before its turn comes leaves the queue, and is not told.
    inBatches(() => {
      this.#watches.shift()?.call.aborted(signal.reason);
      return this.#watches.size > 0;
    });
  }
}

const watchesOf = new WeakMap<WorkingSignal, SignalWatches>();

/**
 * For a signal that has not aborted yet: tells the call when it does, unless the watch is stopped
 * before.
 */
export function onAbort(signal: WorkingSignal, call: Abortable): AbortWatch {
  let watched = watchesOf.get(signal);
  if (watched === undefined) {
    watched = new SignalWatches(signal);
    watchesOf.set(signal, watched);
  }
  return new AbortWatch(watched, call);
}
