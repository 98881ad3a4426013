/** Any MessagePort as a link, by what every platform's ports have in common: no word when one closes. */
import type { Driver } from './link.js';
import type { WorkingPort } from './platform.js';
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

export const portDriver: Driver = {
  link: (port) => new PortLink(port),
  keepAlive: () => ({ hold: () => undefined }),
  life: undefined,
};
