/** Any MessagePort as a link, by what every platform's ports have in common. */
import type { Driver, Link, Receiver } from './link.js';
import type { WorkingPort } from './platform.js';
import { discard, type Frame } from './wire.js';

interface EventPort extends WorkingPort {
  addEventListener(type: string, listener: (event: { data: unknown }) => void): void;
  start?(): void;
}

export class PortLink implements Link {
  readonly #port: EventPort;
  #closed = false;

  constructor(port: WorkingPort) {
    this.#port = port as EventPort;
  }

  send(frame: Frame, transfer?: readonly object[]): void {
    this.#port.postMessage(frame, transfer);
  }

  start(receiver: Receiver): void {
    const port = this.#port;
    const unlessClosed = (react: () => void): void => {
      if (!this.#closed) react();
    };
    // Some engines deliver what was queued even after our own close().
    port.addEventListener('message', ({ data }) => {
      if (this.#closed) discard(data);
      else receiver.frame(data);
    });
    port.addEventListener('messageerror', () => {
      unlessClosed(() => {
        receiver.frame(undefined);
      });
    });
    port.addEventListener('close', () => {
      unlessClosed(() => {
        this.#closed = true;
        receiver.lost();
      });
    });
    port.start?.();
  }

  close(): void {
    this.#closed = true;
    this.#port.close();
  }

  hold(): void {
    // Only Node and its like exit by themselves.
  }

  drain(): boolean {
    return false;
  }
}

export const portDriver: Driver = {
  link: (port) => new PortLink(port),
  keepAlive: () => ({ hold: () => undefined }),
};
