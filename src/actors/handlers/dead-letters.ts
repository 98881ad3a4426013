/** Dead letters: one place for undelivered messages of all channels, connections and pools. */
import { type Dropped, type OnDropped, perThread, setThreadHook } from '../../core/internal.js';
import { reportIfThrows } from '../support/report.js';

const threadListeners = perThread(() => new Set<OnDropped>());

/**
 * Calls `listener` from now on for every post of this thread that is not delivered, and for every
 * reply or failure whose caller no longer waits: all that any `onDropped` in this thread receives.
 * An error that a listener throws is reported as uncaught.
 *
 * Ports in an undelivered message are closed once the listeners have returned, unless its channel
 * has an `onDropped` of its own.
 *
 * @returns removes the listener
 */
export function onDeadLetter(listener: OnDropped): () => void {
  // A wrapper of its own, so that one function can be registered twice and removed once.
  const own: OnDropped = (dropped) => {
    listener(dropped);
  };
  const listeners = threadListeners();
  listeners.add(own);
  setThreadHook(notifyAll);
  return () => {
    listeners.delete(own);
    if (listeners.size === 0) setThreadHook(undefined);
  };
}

function notifyAll(dropped: Dropped): void {
  for (const listener of threadListeners()) {
    reportIfThrows(() => {
      listener(dropped);
    });
  }
}
