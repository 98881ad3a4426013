/** Any MessagePort as a link, by what every platform's ports have in common: no word when one closes. */
import { newChannel, type Driver } from './link.js';
import { globals, type WorkingPort } from './platform.js';
import { QuietLink } from './quiet-link.js';
import type { Frame } from './wire.js';

interface EventPort extends WorkingPort {
  addEventListener(type: string, listener: (event: { data: unknown }) => void): void;
  start?(): void;
}

export class PortLink extends QuietLink {
  readonly #port: EventPort;

  constructor(port: WorkingPort) {
    super();
    this.#port = port as EventPort;
  }

  send(frame: Frame, transfer?: readonly object[]): void {
    this.#port.postMessage(frame, transfer);
  }

  protected read(): void {
    const port = this.#port;
    port.addEventListener('message', ({ data }) => {
      this.receive(data);
    });
    // A message that cannot be read here is no frame: the receiver refuses it.
    port.addEventListener('messageerror', () => {
      this.receive(undefined);
    });
    port.addEventListener('close', () => {
      this.lost();
    });
    port.start?.();
  }

  protected end(): void {
    this.#port.close();
  }
}

/**
 * Rounds of {@link deliver}. Firefox takes a message out of a port in two tasks, and a port that a message has brought
 * is read in one more; WebKit asks another process for each.
 */
const ROUNDS = 3;

/**
 * A message through a channel of this agent's own comes after what has arrived by other ports. The timer before
 * it is for frames that share this thread, and for what comes from a worker by another queue.
 */
function deliver(then: () => void): void {
  const round = (left: number): void => {
    if (left === 0) then();
    else {
      const { port1, port2 } = newChannel(deliver);
      const port = port2 as EventPort;
      port.addEventListener('message', () => {
        port1.close();
        port2.close();
        round(left - 1);
      });
      port.start?.();
      port1.postMessage(0);
    }
  };
  globals.setTimeout(round.bind(undefined, ROUNDS), 0);
}

export const portDriver: Driver = {
  link: (port) => new PortLink(port),
  keepAlive: () => ({ hold: () => undefined }),
  deliver,
  life: undefined,
};
