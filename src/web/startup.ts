import { addListeners } from './listeners.js';

/**
 * Watches whether a worker starts. A worker whose script cannot be loaded, or throws before its
 * first handshake, fires `error`; after that an error does not end it. Returns a function to be
 * called when the worker has started, or has ended.
 */
export function watchStartup(
  worker: EventTarget,
  failed: (message: string, options: { cause: unknown }) => void,
): () => void {
  return addListeners(worker, {
    error: (event: Event & { error?: unknown; message?: string }) => {
      // The event has no message if the script is missing, or is not a script; see start-thread.ts.
      const { error, message = 'its script, or a module that it imports, cannot be loaded' } =
        event;
      failed(`the worker failed to start: ${message}`, { cause: error ?? event });
    },
  });
}
