/**
 * Watches whether a worker starts. A worker whose script cannot be loaded, or throws before its
 * first handshake, fires `error`; after that an error does not end it.
 */
export class StartupGuard {
  readonly #worker: EventTarget;
  readonly #failed: (message: string, options: { cause: unknown }) => void;

  constructor(worker: EventTarget, failed: (message: string, options: { cause: unknown }) => void) {
    this.#worker = worker;
    this.#failed = failed;
    worker.addEventListener('error', this.#onError);
  }

  /** The worker has started, or has ended: from now on `error` is not a failure to start. */
  stop(): void {
    this.#worker.removeEventListener('error', this.#onError);
  }

  readonly #onError = (event: Event): void => {
    // The event has no message if the script is missing, or is not a script.
    const { error, message } = event as { error?: unknown; message?: string };
    const reason = message ?? 'its script cannot be loaded';
    this.#failed(`the worker failed to start: ${reason}`, { cause: error ?? event });
  };
}
