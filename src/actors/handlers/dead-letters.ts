/** Dead letters: what reached nobody, told in one place, whichever channel or pool it was for. */
import { type Dropped, type OnDropped, perThread, setThreadHook } from '../../core/internal.js';
import { report } from './report.js';

const threadListeners = perThread(() => new Set<OnDropped>());

/**
 * Told, from now on, of every post that reached nobody and every answer that nobody wanted in this
 * thread: those that an `onDropped` is told of, of all channels, connections, supervisors and
 * pools. What a listener throws is reported as an error that nobody caught.
 *
 * Ports in a message are closed once the listeners have seen it, unless its channel has an
 * `onDropped` of its own.
 *
 * @returns how to stop that
 */
export function onDeadLetter(listener: OnDropped): () => void {
  const own: OnDropped = (dropped) => {
    listener(dropped);
  };
  const listeners = threadListeners();
  listeners.add(own);
  setThreadHook(tellAll);
  return () => {
    listeners.delete(own);
    if (listeners.size === 0) setThreadHook(undefined);
  };
}

function tellAll(dropped: Dropped): void {
  for (const listener of threadListeners()) {
    try {
      listener(dropped);
    } catch (error) {
      report(error);
    }
  }
}
