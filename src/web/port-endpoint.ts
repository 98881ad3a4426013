import { EndpointBase } from '../core/connect/endpoint.js';
import { addListeners } from './listeners.js';
import { announcePageHide, PortPeer } from './port-peer.js';
import { announcePostedPorts } from './posted-ports.js';

export const isWebPort = (target: object): target is MessagePort =>
  'postMessage' in target && 'start' in target && 'addEventListener' in target;

export class WebPortEndpoint extends EndpointBase {
  readonly #port: MessagePort;
  readonly #peer = new PortPeer(() => {
    this.#port.close();
    this.peerDied('the agent at the other end of the port is gone');
  });

  constructor(port: MessagePort) {
    super(port);
    this.#port = port;
  }

  /** From now on the application's own messages announce the ports in them. */
  start(): this {
    announcePostedPorts(this.#port, () => this.#peer.agentId);
    return this;
  }

  protected attach(): () => void {
    this.#peer.used();
    const removeListeners = addListeners(this.#port, {
      message: ({ data }: MessageEvent<unknown>) => {
        this.#peer.observe(data);
        this.receive(data);
      },
      close: () => {
        this.peerDied('the port was closed');
      },
    });
    this.#port.start();
    const stopAnnouncing = announcePageHide(this.#port);
    return () => {
      this.#peer.unused();
      removeListeners();
      stopAnnouncing();
    };
  }
}
