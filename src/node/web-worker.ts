/**
 * Web Workers of Deno and Bun, which have them beside Node's, and those that a test runner
 * simulates in one thread. Their ports are of Node's kind, so they need no transport of their own.
 */
import type { EndpointAdapter } from '../core/connect/endpoint.js';
import { isA } from '../core/support/platform.js';
import { asText, ThreadEndpoint } from './thread-endpoint.js';

/** Deno's has no `unref()`. */
type WebWorker = EventTarget & {
  postMessage: (message: unknown, transfer: never) => void;
  terminate?: () => unknown;
  unref?: () => void;
  onerror?: unknown;
};

const isWebWorker = (endpoint: object): endpoint is WebWorker =>
  'postMessage' in endpoint && 'terminate' in endpoint && 'addEventListener' in endpoint;

/** The `self` that code in a simulated worker gets in the place of the global scope. */
const isSimulatedScope = (endpoint: object): boolean =>
  endpoint !== globalThis &&
  'postMessage' in endpoint &&
  'addEventListener' in endpoint &&
  !('window' in endpoint) &&
  (endpoint as { self?: unknown }).self === endpoint;

/**
 * Also for the global scope of a web worker, which receives messages and no other event; in Bun the
 * worker has a parentPort instead.
 */
export const webWorkerEndpoint = (endpoint: object): EndpointAdapter | undefined =>
  isWebWorker(endpoint) || isA(endpoint, 'DedicatedWorkerGlobalScope') || isSimulatedScope(endpoint)
    ? new WebWorkerEndpoint(endpoint as WebWorker)
    : undefined;

class WebWorkerEndpoint extends ThreadEndpoint {
  readonly #worker: WebWorker;
  #watchesEnd = false;

  constructor(worker: WebWorker) {
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

  /** The listeners for its end stay: a later connection must learn why it ended. */
  protected attach(): () => void {
    const onMessage = (event: Event): void => {
      this.receive((event as MessageEvent).data);
    };
    this.#worker.addEventListener('message', onMessage);
    if (!this.#watchesEnd) this.#watchEnd();
    this.#watchesEnd = true;
    return () => {
      this.#worker.removeEventListener('message', onMessage);
    };
  }

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
