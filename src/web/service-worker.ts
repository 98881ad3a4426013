/**
 * A ServiceWorker, from both sides. The browser stops it when it has nothing to do, and with it every
 * server in there; a message, such as our knock, starts it again.
 */
import { EndpointBase } from '../core/endpoint.js';
import { isA } from '../core/platform.js';
import type { Signal } from '../core/wire.js';

export const isServiceScope = (target: object): target is EventTarget =>
  isA(target, 'ServiceWorkerGlobalScope');

export const isServiceWorker = (target: object): target is ServiceWorker =>
  isA(target, 'ServiceWorker');

/** The page's side. */
export class ServiceWorkerEndpoint extends EndpointBase {
  readonly knocksAgain = true;
  readonly #worker: ServiceWorker;

  constructor(worker: ServiceWorker) {
    super(worker);
    this.#worker = worker;
  }

  protected attach(): void {
    const { serviceWorker } = navigator;
    serviceWorker.addEventListener('message', ({ data, source }) => {
      if (source === this.#worker) this.receive(data);
    });
    serviceWorker.startMessages();
    const look = (): void => {
      if (this.#worker.state === 'redundant') this.died('the service worker is redundant');
    };
    this.#worker.addEventListener('statechange', look);
    look();
  }
}

/** The worker's side: every page that knocks. */
export class ServiceScopeEndpoint extends EndpointBase {
  readonly staysOpen = true;
  readonly #scope: EventTarget;

  constructor(scope: EventTarget) {
    // It answers those who knock, and knows of no others.
    super({ postMessage: () => undefined });
    this.#scope = scope;
  }

  protected attach(): void {
    this.#scope.addEventListener('message', (event) => {
      const { data, source } = event as MessageEvent<unknown>;
      this.receive(data, (signal: Signal) => {
        (source as ServiceWorker | null)?.postMessage(signal);
      });
    });
  }
}
