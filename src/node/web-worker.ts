/** Web Workers, as Deno and Bun have them beside Node's: with ports of Node's kind, so no other lines. */
import { EndpointBase, type Endpoint } from '../core/endpoint.js';
import { MortalEndpoint } from './mortal.js';

/** Of Deno's there is no unref(). */
type Worker = EventTarget & {
  postMessage: (message: unknown, transfer: never) => void;
  terminate: () => unknown;
  unref?: () => void;
};

const isWebWorker = (target: object): target is Worker =>
  'postMessage' in target && 'terminate' in target && 'addEventListener' in target;

/** What the global scope of a web worker is an instance of; in Bun it has a parentPort instead. */
const { DedicatedWorkerGlobalScope: Scope } = globalThis as {
  DedicatedWorkerGlobalScope?: new () => Worker;
};

export function webWorkerEndpoint(target: object): Endpoint | undefined {
  if (isWebWorker(target)) return new WebWorkerEndpoint(target);
  return Scope !== undefined && target instanceof Scope ? new ScopeEndpoint(target) : undefined;
}

const dataOf = (event: Event): unknown => (event as MessageEvent).data;

class WebWorkerEndpoint extends MortalEndpoint {
  readonly #worker: Worker;

  constructor(worker: Worker) {
    super(worker);
    this.#worker = worker;
    // In Deno no event tells of it.
    const { terminate } = worker;
    worker.terminate = () => {
      const result = terminate.call(worker);
      this.died('the worker was terminated');
      return result;
    };
  }

  release(): void {
    this.#worker.unref?.();
  }

  protected attach(): void {
    const worker = this.#worker;
    worker.addEventListener('message', (event) => {
      this.receive(dataOf(event));
    });
    worker.addEventListener('error', (event) => {
      // Whoever listens has dealt with it, as in Node; or else Deno would end this thread too.
      event.preventDefault();
      const { error, message } = event as Event & { error?: unknown; message?: string };
      this.died(`the worker threw: ${message ?? String(error)}`, { cause: error ?? event });
    });
    // Only in Bun.
    worker.addEventListener('close', () => {
      this.died('the worker exited');
    });
  }
}

class ScopeEndpoint extends EndpointBase {
  readonly #scope: Worker;

  constructor(scope: Worker) {
    super(scope);
    this.#scope = scope;
  }

  protected attach(): void {
    this.#scope.addEventListener('message', (event) => {
      this.receive(dataOf(event));
    });
  }
}
