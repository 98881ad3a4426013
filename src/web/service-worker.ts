/**
 * A ServiceWorker, from both sides. The browser stops it when it has nothing to do, and with it
 * every server in it; a message, such as KNOCK, starts it again.
 */
import { EndpointBase } from '../core/connect/endpoint.js';
import type { HandshakeMessage } from '../core/protocol/frames.js';
import { isA } from '../core/support/platform.js';

export const isServiceScope = (target: object): target is EventTarget =>
  isA(target, 'ServiceWorkerGlobalScope');

export const isServiceWorker = (target: object): target is ServiceWorker =>
  isA(target, 'ServiceWorker');

/** The page's side. */
export class ServiceWorkerEndpoint extends EndpointBase {
  readonly repeatsKnock = true;
  readonly #worker: ServiceWorker;

  constructor(worker: ServiceWorker) {
    super(worker);
    this.#worker = worker;
  }

  protected attach(): void {
    const { serviceWorker } = navigator;
    serviceWorker.addEventListener('message', this.#onMessage);
    serviceWorker.startMessages();
    this.#worker.addEventListener('statechange', this.#checkState);
    this.#checkState();
  }

  protected detach(): void {
    navigator.serviceWorker.removeEventListener('message', this.#onMessage);
    this.#worker.removeEventListener('statechange', this.#checkState);
  }

  readonly #onMessage = ({ data, source }: MessageEvent<unknown>): void => {
    if (source === this.#worker) this.receive(data);
  };

  readonly #checkState = (): void => {
    if (this.#worker.state === 'redundant') this.peerDied('the service worker is redundant');
  };
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

  protected attach(): void {
    this.#scope.addEventListener('message', this.#onMessage);
  }

  /** Keeps the listener: browsers require it to be there from the script's first turn on. */
  protected detach(): void {
    // The scope is this worker's own, and ends with it.
  }

  readonly #onMessage = (event: Event): void => {
    const { data, source } = event as MessageEvent<unknown>;
    this.receive(data, (handshake: HandshakeMessage) => {
      (source as ServiceWorker | null)?.postMessage(handshake);
    });
  };
}
