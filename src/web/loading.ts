/**
 * A worker whose script cannot be loaded, or throws before anybody has spoken from there, fires `error`.
 * Later on an error does not end it.
 */
export function onLoadFailure(
  worker: EventTarget,
  isAlive: () => boolean,
  died: (message: string, options: { cause: unknown }) => void,
): void {
  worker.addEventListener('error', (event) => {
    if (isAlive()) return;
    // A script that is not there, or not a script, gives an event that says nothing.
    const { error, message } = event as { error?: unknown; message?: string };
    const why = message ?? 'its script cannot be loaded';
    died(`the worker failed to start: ${why}`, { cause: error ?? event });
  });
}
