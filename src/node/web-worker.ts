/**
 * Web Workers, as Deno and Bun have them beside Node's: with ports of Node's kind, so no other
 * lines.
 */
import type { Endpoint } from '../core/connect/endpoint.js';
import { isA } from '../core/support/platform.js';
import { asText, ThreadEndpoint } from './thread-endpoint.js';

/** Deno's has no unref(). */
type Worker = EventTarget & {
  postMessage: (message: unknown, transfer: never) => void;
  terminate?: () => unknown;
  unref?: () => void;
  onerror?: unknown;
};

const isWebWorker = (target: object): target is Worker =>
  'postMessage' in target && 'terminate' in target && 'addEventListener' in target;

/**
 * Also for the global scope of a web worker, to which nothing happens but messages; in Bun it has a
 * parentPort instead.
 */
export const webWorkerEndpoint = (target: object): Endpoint | undefined =>
  isWebWorker(target) || isA(target, 'DedicatedWorkerGlobalScope')
    ? new WebWorkerEndpoint(target as Worker)
    : undefined;

class WebWorkerEndpoint extends ThreadEndpoint {
  readonly #worker: Worker;
  #hearsItsEnd = false;

  constructor(worker: Worker) {
    super(worker);
    this.#worker = worker;
  }

  /** Of other listeners the platform says nothing. */
  protected get isWatched(): boolean {
    return typeof this.#worker.onerror === 'function';
  }

  unrefThread(): void {
    this.#worker.unref?.();
  }

  protected attach(): void {
    this.#worker.addEventListener('message', this.#onMessage);
    if (!this.#hearsItsEnd) this.#hearItsEnd();
    this.#hearsItsEnd = true;
  }

  /** Goes on hearing its end: a later connection must be told why. */
  protected detach(): void {
    this.#worker.removeEventListener('message', this.#onMessage);
  }

  readonly #onMessage = (event: Event): void => {
    this.receive((event as MessageEvent).data);
  };

  #hearItsEnd(): void {
    const worker = this.#worker;
    const { terminate } = worker;
    if (terminate === undefined) return;
    // In Deno no event tells of it.
    worker.terminate = () => {
      const result = terminate.call(worker);
      this.peerDied('the worker was terminated');
      return result;
    };
    // Only Bun tells of any other end.
    worker.addEventListener('close', () => {
      this.peerDied('the worker exited');
    });
    worker.addEventListener('error', (event) => {
      // Whoever listens has dealt with it, as in Node; or else Deno would end this thread too.
      event.preventDefault();
      const { error, message } = event as Event & { error?: unknown; message?: string };
      this.peerDied(`the worker threw: ${message ?? asText(error)}`, { cause: error ?? event });
    });
  }
}
