/** A SharedWorker, from both sides: each page has a port to it. */
import { EndpointBase } from '../core/connect/endpoint.js';
import { isA } from '../core/support/platform.js';
import type { HandshakeMessage } from '../core/protocol/frames.js';
import { onLoadFailure } from './startup.js';
import { PortPeer } from './port-peer.js';
import { PortEndpoint } from './port-endpoint.js';
import { announcePostedPorts } from './posted-ports.js';

export const isSharedScope = (target: object): target is EventTarget =>
  isA(target, 'SharedWorkerGlobalScope');

export const isSharedWorker = (target: object): target is SharedWorker =>
  isA(target, 'SharedWorker');

/** The page's side. */
export class SharedWorkerEndpoint extends PortEndpoint {
  /**
   * Stops to listen for a failure of the script to load: once a signal came from there, none can
   * come.
   */
  readonly #isAlive: () => void;

  constructor(worker: SharedWorker) {
    super(worker.port);
    this.#isAlive = onLoadFailure(worker, (message, options) => {
      this.peerDied(message, options);
    });
  }

  protected override observe(): void {
    this.#isAlive();
  }
}

/**
 * The worker's side: every page that connects, and every one that has connected before anybody
 * listened.
 */
class SharedScopeEndpoint extends EndpointBase {
  readonly staysOpen = true;
  /** Of pages that may still call. */
  readonly #ports = new Set<MessagePort>();
  #listens = false;

  constructor(scope: EventTarget) {
    // Each message goes to one of the ports, or to all: send() says so.
    super({ postMessage: () => undefined });
    scope.addEventListener('connect', (event) => {
      const [port] = (event as MessageEvent).ports;
      if (port === undefined) return;
      this.#ports.add(port);
      if (this.#listens) this.#hear(port);
    });
  }

  override send(handshake: HandshakeMessage): void {
    for (const port of this.#ports) port.postMessage(handshake);
  }

  protected attach(): void {
    if (!this.#listens) for (const port of this.#ports) this.#hear(port);
    this.#listens = true;
  }

  /** A page that connects later must find a listener: see `own`. */
  protected detach(): void {
    // The scope and its ports are this worker's own, and go with it.
  }

  #hear(port: MessagePort): void {
    const peer = new PortPeer(() => {
      this.#ports.delete(port);
      port.close();
    });
    announcePostedPorts(port, () => peer.agentId);
    port.addEventListener('message', ({ data }) => {
      peer.observe(data);
      this.receive(data, (handshake) => {
        port.postMessage(handshake);
      });
    });
    port.start();
  }
}

/**
 * A page that connects before its worker listens would be missed: so this one listens from the
 * start.
 */
const own = isSharedScope(globalThis) ? new SharedScopeEndpoint(globalThis) : undefined;

export const sharedScopeEndpoint = (scope: EventTarget): SharedScopeEndpoint =>
  own ?? new SharedScopeEndpoint(scope);
