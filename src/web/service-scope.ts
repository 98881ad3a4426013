/** A ServiceWorker, as a server in it sees it. */
import { EndpointBase } from '../core/connect/endpoint.js';
import type { HandshakeMessage } from '../core/protocol/frames.js';
import { perThread } from '../core/support/per-thread.js';
import { isA } from '../core/support/platform.js';

export const isServiceScope = (endpoint: object): endpoint is EventTarget =>
  isA(endpoint, 'ServiceWorkerGlobalScope');

/** Every page that knocks. */
class ServiceScopeEndpoint extends EndpointBase {
  readonly staysOpen = true;
  readonly #scope: EventTarget;

  constructor(scope: EventTarget) {
    super();
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

const ownService = perThread<{ endpoint?: ServiceScopeEndpoint }>(() => ({}));

export const serviceScopeEndpoint = (scope: EventTarget): ServiceScopeEndpoint =>
  (ownService().endpoint ??= new ServiceScopeEndpoint(scope));
