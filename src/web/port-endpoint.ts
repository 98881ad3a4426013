import { EndpointBase } from '../core/connect/endpoint.js';
import { HELLO, MAGIC } from '../core/protocol/frames.js';
import { isFin } from '../core/protocol/validate.js';
import { addListeners } from './listeners.js';
import { announcePageHide, PortPeer } from './port-peer.js';
import { announcePostedPorts } from './posted-ports.js';

export const isWebPort = (endpoint: object): endpoint is MessagePort =>
  'postMessage' in endpoint && 'start' in endpoint && 'addEventListener' in endpoint;

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

  /**
   * Whether the other end was given to `server.accept()`, which says HELLO at once. It says FIN if
   * it refuses the port; without that HELLO, such a message would be the application's.
   */
  #isAccepted = false;

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
        if (!this.receive(data)) this.#observe(data);
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

  #observe(data: unknown): void {
    if (this.#isAccepted && isFin(data)) this.peerDied('the server has refused the port');
    const [tag, magic] = (Array.isArray(data) ? data : []) as unknown[];
    this.#isAccepted ||= tag === HELLO && magic === MAGIC;
  }
}
