import type { Dial, Endpoint } from './endpoint.js';
import { isHangup } from './judge.js';
import { life, linkOver, newChannel, type Link } from './link.js';
import type { WorkingPort } from './platform.js';
import * as wire from './wire.js';

/**
 * What is sent waits in a port of its own, which goes to the other side only when a listener has
 * announced itself there (a port sent earlier could be lost, with all that waits in it).
 */
export class PortDial implements Dial {
  readonly link: Link;
  readonly #endpoint: Endpoint;
  /** The server's end, while it is still here. */
  #unsent: WorkingPort | undefined;

  constructor(endpoint: Endpoint) {
    const { port1, port2 } = newChannel(PortDial);
    this.#endpoint = endpoint;
    this.link = linkOver(port2);
    this.#unsent = port1;
  }

  get waits(): boolean {
    return this.#unsent !== undefined;
  }

  #take(): WorkingPort[] {
    const ports = this.#unsent === undefined ? [] : [this.#unsent];
    this.#unsent = undefined;
    return ports;
  }

  open(name: string): void {
    for (const port of this.#take()) {
      this.#endpoint.send(wire.signal(wire.OPEN, name, port, life()?.name), [port]);
    }
  }

  abandon(giveUp: (frame: unknown) => void): void {
    for (const port of this.#take()) {
      const link = linkOver(port);
      const done = (): void => {
        link.cut();
        link.close();
      };
      link.start({
        frame: (frame) => {
          if (isHangup(frame)) done();
          else giveUp(frame);
        },
        lost: done,
      });
      link.drain();
    }
  }
}
