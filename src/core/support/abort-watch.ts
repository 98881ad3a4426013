/**
 * One listener on each AbortSignal, however many calls it may end: engines search the list of
 * listeners for each one that is added, and Node warns of a leak at the eleventh.
 */
import { inBatches } from './batches.js';
import { perThread } from './per-thread.js';
import type { AbortListener, WorkingSignal } from './platform.js';

export interface Abortable {
  aborted(reason: unknown): void;
}

/** The calls that one signal may end. */
class SignalWatches implements AbortListener {
  readonly #signal: WorkingSignal;
  readonly #calls = new Set<Abortable>();

  constructor(signal: WorkingSignal) {
    this.#signal = signal;
  }

  add(call: Abortable): void {
    if (this.#calls.size === 0) this.#signal.addEventListener('abort', this);
    this.#calls.add(call);
  }

  remove(call: Abortable): void {
    if (this.#calls.delete(call) && this.#calls.size === 0) {
      this.#signal.removeEventListener('abort', this);
    }
  }

  handleEvent(): void {
    const { reason } = this.#signal;
    this.#signal.removeEventListener('abort', this);
    // A call that is removed before its turn is not ended.
    const calls = this.#calls.values();
    inBatches(() => {
      const { value: call } = calls.next() as { value: Abortable | undefined };
      call?.aborted(reason);
      return call !== undefined;
    });
  }
}

const watches = perThread(() => new WeakMap<WorkingSignal, SignalWatches>());

/**
 * Ends the call when the signal aborts; the signal must not be aborted yet. Returns a function that
 * stops this.
 */
export function onAbort(signal: WorkingSignal, call: Abortable): () => void {
  let watched = watches().get(signal);
  if (watched === undefined) {
    watched = new SignalWatches(signal);
    watches().set(signal, watched);
  }
  watched.add(call);
  return watched.remove.bind(watched, call);
}
