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
  #stopSaying: (() => void) | undefined = undefined;

  constructor(port: MessagePort) {
    super(port);
    this.#port = port;
    watchPosting(port, () => this.#peer.life);
  }

  protected attach(): void {
    this.#port.addEventListener('message', this.#onMessage);
    this.#port.addEventListener('close', this.#onClose);
    this.#port.start();
    this.#stopSaying = sayWhenLeaving(this.#port);
  }

  protected detach(): void {
    this.#port.removeEventListener('message', this.#onMessage);
    this.#port.removeEventListener('close', this.#onClose);
    this.#stopSaying?.();
  }

  readonly #onMessage = ({ data }: MessageEvent<unknown>): void => {
    this.#peer.hear(data);
    this.receive(data);
  };

  readonly #onClose = (): void => {
    this.died('the port was closed');
  };
}
