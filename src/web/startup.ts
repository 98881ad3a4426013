/**
 * A worker whose script cannot be loaded, or throws before it has spoken, fires `error`. Later on
 * an error does not end it. Returns how to stop listening for it.
 */
export function onLoadFailure(
  worker: EventTarget,
  died: (message: string, options: { cause: unknown }) => void,
): () => void {
  const onError = (event: Event): void => {
    // A script that is not there, or not a script, gives an event that says nothing.
    const { error, message } = event as { error?: unknown; message?: string };
    const why = message ?? 'its script cannot be loaded';
    died(`the worker failed to start: ${why}`, { cause: error ?? event });
  };
  worker.addEventListener('error', onError);
  return () => {
    worker.removeEventListener('error', onError);
  };
}
