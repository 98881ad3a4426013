/**
 * Web Workers of Deno and Bun, which have them beside Node's. Their ports are of Node's kind, so
 * they need no transport of their own.
 */
import type { Endpoint } from '../core/connect/endpoint.js';
import { isA } from '../core/support/platform.js';
import { asText, ThreadEndpoint } from './thread-endpoint.js';

/** Deno's has no `unref()`. */
type Worker = EventTarget & {
  postMessage: (message: unknown, transfer: never) => void;
  terminate?: () => unknown;
  unref?: () => void;
  onerror?: unknown;
};

const isWebWorker = (target: object): target is Worker =>
  'postMessage' in target && 'terminate' in target && 'addEventListener' in target;

/**
 * Also for the global scope of a web worker, which receives messages and no other event; in Bun the
 * worker has a parentPort instead.
 */
export const webWorkerEndpoint = (target: object): Endpoint | undefined =>
  isWebWorker(target) || isA(target, 'DedicatedWorkerGlobalScope')
    ? new WebWorkerEndpoint(target as Worker)
    : undefined;

class WebWorkerEndpoint extends ThreadEndpoint {
  readonly #worker: Worker;
  #watchesEnd = false;

  constructor(worker: Worker) {
    super(worker);
    this.#worker = worker;
  }

  /** The platform does not reveal other listeners. */
  protected get isWatched(): boolean {
    return typeof this.#worker.onerror === 'function';
  }

  unrefThread(): void {
    this.#worker.unref?.();
  }

  protected attach(): void {
    this.#worker.addEventListener('message', this.#onMessage);
    if (!this.#watchesEnd) this.#watchEnd();
    this.#watchesEnd = true;
  }

  /** Keeps the listeners for its end: a later connection must learn why it ended. */
  protected detach(): void {
    this.#worker.removeEventListener('message', this.#onMessage);
  }

  readonly #onMessage = (event: Event): void => {
    this.receive((event as MessageEvent).data);
  };

  #watchEnd(): void {
    const worker = this.#worker;
    const { terminate } = worker;
    if (terminate === undefined) return;
    // Deno fires no event after terminate().
    worker.terminate = () => {
      const result = terminate.call(worker);
      this.peerDied('the worker was terminated');
      return result;
    };
    // Only Bun fires `close`.
    worker.addEventListener('close', () => {
      this.peerDied('the worker exited');
    });
    worker.addEventListener('error', (event) => {
      // A listener counts as handling the error, as in Node; otherwise Deno would end this thread.
      event.preventDefault();
      const { error, message } = event as Event & { error?: unknown; message?: string };
      this.peerDied(`the worker threw: ${message ?? asText(error)}`, { cause: error ?? event });
    });
  }
}
