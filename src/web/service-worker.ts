/**
 * A ServiceWorker, as its pages see it. The browser stops it when it has nothing to do, and with it
 * every server in it; a message, such as KNOCK, starts it again.
 */
import { EndpointBase } from '../core/connect/endpoint.js';
import { isA } from '../core/support/platform.js';
import { addListeners } from './listeners.js';

export const isServiceWorker = (endpoint: object): endpoint is ServiceWorker =>
  isA(endpoint, 'ServiceWorker');

export class ServiceWorkerEndpoint extends EndpointBase {
  readonly repeatsKnock = true;
  readonly #worker: ServiceWorker;

  constructor(worker: ServiceWorker) {
    super(worker);
    this.#worker = worker;
  }

  protected attach(): () => void {
    const { serviceWorker } = navigator;
    const worker = this.#worker;
    const checkState = (): void => {
      if (worker.state === 'redundant') this.peerDied('the service worker is redundant');
    };
    const removeFromWorker = addListeners(worker, { statechange: checkState });
    const removeFromContainer = addListeners(serviceWorker, {
      message: ({ data, source }: MessageEvent<unknown>) => {
        if (source === worker) this.receive(data);
      },
    });
    serviceWorker.startMessages();
    checkState();
    return () => {
      removeFromWorker();
      removeFromContainer();
    };
  }
}
