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
    this.#port.addEventListener('message', this.#onMessage);
    this.#port.addEventListener('close', this.#onClose);
    this.#port.start();
  }

  protected detach(): void {
    this.#port.removeEventListener('message', this.#onMessage);
    this.#port.removeEventListener('close', this.#onClose);
  }

  readonly #onMessage = ({ data }: MessageEvent<unknown>): void => {
    this.receive(data);
  };

  readonly #onClose = (): void => {
    this.died('the port was closed');
  };
}
