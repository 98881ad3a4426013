/**
 * A ServiceWorker, from both sides. The browser stops it when it has nothing to do, and with it
 * every server in it; a message, such as KNOCK, starts it again.
 */
import { EndpointBase } from '../core/connect/endpoint.js';
import type { HandshakeMessage } from '../core/protocol/frames.js';
import { isA } from '../core/support/platform.js';
import { addListeners } from './listeners.js';

export const isServiceScope = (endpoint: object): endpoint is EventTarget =>
  isA(endpoint, 'ServiceWorkerGlobalScope');

export const isServiceWorker = (endpoint: object): endpoint is ServiceWorker =>
  isA(endpoint, 'ServiceWorker');

/** The page's side. */
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

/** The worker's side: every page that knocks. */
export class ServiceScopeEndpoint extends EndpointBase {
  readonly staysOpen = true;
  readonly #scope: EventTarget;

  constructor(scope: EventTarget) {
    // It answers the pages that knock, and knows no others.
    super({ postMessage: () => undefined });
    this.#scope = scope;
  }

  /** The listener stays: browsers require it to be there from the script's first turn on. */
  protected attach(): undefined {
    this.#scope.addEventListener('message', this.#onMessage);
  }

  readonly #onMessage = (event: Event): void => {
    const { data, source } = event as MessageEvent<unknown>;
    this.receive(data, (handshake: HandshakeMessage) => {
      (source as ServiceWorker | null)?.postMessage(handshake);
    });
  };
}
