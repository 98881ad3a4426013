/** A SharedWorker, as a server in it sees it: it takes clients from its pages. */
import { EndpointBase } from '../core/connect/endpoint.js';
import type { HandshakeMessage } from '../core/protocol/frames.js';
import { perThread } from '../core/support/per-thread.js';
import { isA } from '../core/support/platform.js';
import { PortPeer } from './port-peer.js';
import { announcePostedPorts } from './posted-ports.js';

export const isSharedScope = (endpoint: object): endpoint is EventTarget =>
  isA(endpoint, 'SharedWorkerGlobalScope');

/** Every page that connects, also those that connect before listen(). */
class SharedScopeEndpoint extends EndpointBase {
  readonly staysOpen = true;
  /** The ports of pages that may still send. */
  readonly #ports = new Set<MessagePort>();
  #isListening = false;

  /** From now on the endpoint keeps the port of every page that connects to the scope. */
  start(scope: EventTarget): this {
    scope.addEventListener('connect', (event) => {
      const [port] = (event as MessageEvent).ports;
      if (port === undefined) return;
      this.#ports.add(port);
      if (this.#isListening) this.#listenTo(port);
    });
    return this;
  }

  override send(handshake: HandshakeMessage): void {
    for (const port of this.#ports) port.postMessage(handshake);
  }

  /** The listeners stay: a page may connect later, and then must be answered. */
  protected attach(): undefined {
    if (!this.#isListening) for (const port of this.#ports) this.#listenTo(port);
    this.#isListening = true;
  }

  #listenTo(port: MessagePort): void {
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

const ownShared = perThread<{ endpoint?: SharedScopeEndpoint }>(() => ({}));

export const sharedScopeEndpoint = (scope: EventTarget): SharedScopeEndpoint =>
  (ownShared().endpoint ??= new SharedScopeEndpoint().start(scope));

// Listens on import: the `connect` event of the first page fires soon after the script's first
// turn, and listen() may come later. A program that does not import listen() does not need it, so a
// bundler may leave this module out.
if (isSharedScope(globalThis)) sharedScopeEndpoint(globalThis);
