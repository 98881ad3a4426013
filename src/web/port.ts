import { EndpointBase } from '../core/endpoint.js';
import { Peer, sayWhenLeaving } from './peer.js';
import { watchPosting } from './posting.js';

export const isPort = (target: object): target is MessagePort =>
  'postMessage' in target && 'start' in target && 'addEventListener' in target;

export class PortEndpoint extends EndpointBase {
  readonly #port: MessagePort;
  readonly #peer = new Peer(() => {
    this.#port.close();
    this.died('the agent at the other end of the port is gone');
  });

  constructor(port: MessagePort) {
    super(port);
    this.#port = port;
    watchPosting(port, () => this.#peer.life);
  }

  protected attach(): void {
    this.#port.addEventListener('message', ({ data }) => {
      this.#peer.hear(data);
      this.receive(data);
    });
    this.#port.addEventListener('close', () => {
      this.died('the port was closed');
    });
    this.#port.start();
    sayWhenLeaving(this.#port);
  }
}
