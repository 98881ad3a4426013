import type { PendingTransport, Endpoint } from './endpoint.js';
import { isFin } from '../protocol/validate.js';
import type { Transport } from '../transport/transport.js';
import { liveness, openTransport, createChannel } from '../transport/driver.js';
import type { WorkingPort } from '../support/platform.js';
import * as frames from '../protocol/frames.js';

/**
 * What is sent waits in a port of its own, which goes to the other side only when a listener has
 * announced itself there (a port sent earlier could be lost, with all that waits in it).
 */
export class PendingPort implements PendingTransport {
  readonly transport: Transport;
  readonly #endpoint: Endpoint;
  /** The server's end, while it is still here. */
  #unsent: WorkingPort | undefined;

  constructor(endpoint: Endpoint) {
    const { port1, port2 } = createChannel(PendingPort);
    this.#endpoint = endpoint;
    this.transport = openTransport(port2);
    this.#unsent = port1;
  }

  get isPending(): boolean {
    return this.#unsent !== undefined;
  }

  #take(): WorkingPort[] {
    const ports = this.#unsent === undefined ? [] : [this.#unsent];
    this.#unsent = undefined;
    return ports;
  }

  open(name: string): void {
    for (const port of this.#take()) {
      this.#endpoint.send(frames.handshake(frames.OPEN, name, port, liveness()?.agentId), [port]);
    }
  }

  abort(giveUp: (frame: unknown) => void): void {
    for (const port of this.#take()) {
      const transport = openTransport(port);
      const done = (): void => {
        transport.markPeerClosed();
        transport.close();
      };
      transport.start({
        receive: (frame) => {
          if (isFin(frame)) done();
          else giveUp(frame);
        },
        peerLost: done,
      });
      transport.drain();
    }
  }
}
