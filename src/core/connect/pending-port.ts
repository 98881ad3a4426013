import type { PendingTransport, Endpoint } from './endpoint.js';
import { isFin } from '../protocol/validate.js';
import type { Transport } from '../transport/transport.js';
import { liveness, openTransport, createChannel } from '../transport/driver.js';
import type { WorkingPort } from '../support/platform.js';
import * as frames from '../protocol/frames.js';

/**
 * A transport over a new port. Frames wait in that port, which is sent to the peer only after a
 * listener has announced itself there: a port that is sent earlier could be lost, with all frames
 * in it.
 */
export class PendingPort implements PendingTransport {
  readonly transport: Transport;
  readonly #endpoint: Endpoint;
  /** The server's port, until it is sent. */
  #unsent: WorkingPort | undefined;

  constructor(endpoint: Endpoint) {
    const { port1, port2 } = createChannel(PendingPort);
    this.#endpoint = endpoint;
    this.transport = openTransport(port2);
    this.#unsent = port1;
  }

  #takePort(): WorkingPort | undefined {
    const port = this.#unsent;
    this.#unsent = undefined;
    return port;
  }

  open(name: string): void {
    const port = this.#takePort();
    if (port === undefined) return;
    this.#endpoint.send(frames.handshake(frames.OPEN, name, port, liveness()?.agentId), [port]);
  }

  abort(discard: (frame: unknown) => void): void {
    const port = this.#takePort();
    if (port === undefined) return;
    const transport = openTransport(port);
    const close = (): void => {
      transport.markPeerClosed();
      transport.close();
    };
    transport.start({
      receive: (frame) => {
        if (isFin(frame)) close();
        else discard(frame);
      },
      peerLost: close,
    });
    transport.drain();
  }
}
