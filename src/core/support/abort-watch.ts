/**
 * One listener on each AbortSignal, however many calls it may end: engines search the list of
 * listeners for each one that is added, and Node warns of a leak at the eleventh.
 */
import { inBatches } from './batches.js';
import { perThread } from './per-thread.js';
import type { AbortListener, WorkingSignal } from './platform.js';
import { Queue, type QueueNode } from './queue.js';

export interface Abortable {
  aborted(reason: unknown): void;
}

/** Connects one call with one signal that may end it. */
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

  /** From now on the signal does not end that call. */
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
    // A watch that is stopped before its turn leaves the queue, and its call is not ended.
    inBatches(() => {
      this.#watches.shift()?.call.aborted(signal.reason);
      return this.#watches.size > 0;
    });
  }
}

const watches = perThread(() => new WeakMap<WorkingSignal, SignalWatches>());

/** Ends the call when the signal aborts, which it must not have done before. */
export function onAbort(signal: WorkingSignal, call: Abortable): AbortWatch {
  let watched = watches().get(signal);
  if (watched === undefined) {
    watched = new SignalWatches(signal);
    watches().set(signal, watched);
  }
  return new AbortWatch(watched, call);
}
