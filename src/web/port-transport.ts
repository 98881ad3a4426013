/**
 * Any MessagePort as a link, by what every platform's ports have in common: no word when one
 * closes.
 */
import { createChannel, type Driver } from '../core/transport/driver.js';
import { globals, type WorkingPort } from '../core/support/platform.js';
import { ClosingTransport, traffic } from './closing-transport.js';
import type { Frame } from '../core/protocol/frames.js';

interface EventPort extends WorkingPort {
  addEventListener(type: string, listener: (event: { data: unknown }) => void): void;
  start?(): void;
}

export class PortTransport extends ClosingTransport {
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
      this.peerIsGone();
    });
    port.start?.();
  }

  protected end(): void {
    this.#port.close();
  }
}

/**
 * Milliseconds in which nothing may have come before what has arrived counts as delivered; and the
 * most in all.
 */
const QUIET_MS = 10;
const MAX_MS = 100;
/** Turns of the event loop, at least. */
const MIN_ROUNDS = 3;

/**
 * A message through a channel of this agent's own comes after what has arrived by other ports: in
 * Chromium after one round, in WebKit, which asks another process for each, after two. Firefox
 * delivers one message of a port in each task, and asks another process for a port that a message
 * has brought; so we go on until it is quiet. The timer before it is for frames that share this
 * thread; more of them would wait long in a hidden page.
 */
function deliverArrived(then: () => void): void {
  globals.setTimeout(() => {
    const { port1, port2 } = createChannel(deliverArrived);
    const port = port2 as EventPort;
    const { performance } = globals;
    const began = performance.now();
    let since = began;
    let { heard } = traffic;
    let rounds = 0;
    const round = (): void => {
      const now = performance.now();
      if (heard !== traffic.heard) since = now;
      ({ heard } = traffic);
      if (rounds++ < MIN_ROUNDS || now < Math.min(since + QUIET_MS, began + MAX_MS))
        port1.postMessage(0);
      else {
        port1.close();
        port2.close();
        then();
      }
    };
    port.addEventListener('message', round);
    port.start?.();
    round();
  }, 0);
}

export const portDriver: Driver = {
  openTransport: (port) => new PortTransport(port),
  createLoopRef: () => ({ setRef: () => undefined }),
  deliverArrived,
  liveness: undefined,
};
