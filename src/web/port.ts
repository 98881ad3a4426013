import { EndpointBase } from '../core/endpoint.js';

export const isPort = (target: object): target is MessagePort =>
  'postMessage' in target && 'start' in target && 'addEventListener' in target;

export class PortEndpoint extends EndpointBase {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    super(port);
    this.#port = port;
  }

  protected attach(): void {
    this.#port.addEventListener('message', ({ data }) => {
      this.receive(data);
    });
    this.#port.addEventListener('close', () => {
      this.died('the port was closed');
    });
    this.#port.start();
  }
}
