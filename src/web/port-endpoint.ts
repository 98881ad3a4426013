import { EndpointBase } from '../core/connect/endpoint.js';
import { announcePageHide, PortPeer } from './port-peer.js';
import { announcePostedPorts } from './posted-ports.js';

export const isPort = (target: object): target is MessagePort =>
  'postMessage' in target && 'start' in target && 'addEventListener' in target;

export class PortEndpoint extends EndpointBase {
  readonly #port: MessagePort;
  readonly #peer = new PortPeer(() => {
    this.#port.close();
    this.peerDied('the agent at the other end of the port is gone');
  });
  #stopAnnouncing: (() => void) | undefined = undefined;

  constructor(port: MessagePort) {
    super(port);
    this.#port = port;
    announcePostedPorts(port, () => this.#peer.agentId);
  }

  protected attach(): void {
    this.#port.addEventListener('message', this.#onMessage);
    this.#port.addEventListener('close', this.#onClose);
    this.#port.start();
    this.#stopAnnouncing = announcePageHide(this.#port);
  }

  protected detach(): void {
    this.#port.removeEventListener('message', this.#onMessage);
    this.#port.removeEventListener('close', this.#onClose);
    this.#stopAnnouncing?.();
  }

  readonly #onMessage = ({ data }: MessageEvent<unknown>): void => {
    this.#peer.observe(data);
    this.receive(data);
  };

  readonly #onClose = (): void => {
    this.peerDied('the port was closed');
  };
}
