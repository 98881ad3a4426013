/**
 * What links have in common where the platform does not tell that the other end was closed: each
 * end says so itself, once, and goes on reading until the other has said it too. What still comes
 * then is discarded, so that whoever waits at the other end of a port in it hears of it.
 */
import { isFin } from '../core/protocol/validate.js';
import type { Transport, FrameReceiver } from '../core/transport/transport.js';
import { closePortsIn } from '../core/transport/ports.js';
import { FIN, type Frame } from '../core/protocol/frames.js';

/** Started, and not ended. */
const openTransports = new Set<ClosingTransport>();

/** This agent is about to go: each line ends now, and whoever is at its other end hears of it. */
export function closeAllTransports(): void {
  for (const link of openTransports) link.peerIsGone();
}

/** Messages that have come in, by whatever line. */
export const traffic = { heard: 0 };

export abstract class ClosingTransport implements Transport {
  #receiver: FrameReceiver | undefined = undefined;
  #reading = false;
  /** Set by our own close(). */
  #closed: (() => void) | undefined = undefined;
  #peerClosed = false;

  abstract send(frame: Frame, transfer?: readonly object[]): void;
  /** From now on receive() is called for each message. */
  protected abstract read(): void;
  /** Both ends are done. */
  protected abstract end(): void;

  start(receiver: FrameReceiver): void {
    this.#receiver = receiver;
    this.#read();
  }

  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    openTransports.add(this);
    this.read();
  }

  /** Some engines deliver what was queued even after a port was closed. */
  protected receive(data: unknown): void {
    traffic.heard++;
    if (this.#closed === undefined) this.#receiver?.receive(data);
    else if (isFin(data)) this.markPeerClosed();
    else closePortsIn(data);
  }

  close(closed: () => void = () => undefined): void {
    if (this.#closed !== undefined) return;
    this.#closed = closed;
    this.send([FIN]);
    if (this.#peerClosed) this.#end(closed);
    else this.#read();
  }

  markPeerClosed(): void {
    if (this.#peerClosed) return;
    this.#peerClosed = true;
    if (this.#closed !== undefined) this.#end(this.#closed);
  }

  #end(closed: () => void): void {
    openTransports.delete(this);
    this.end();
    closed();
  }

  /** Nothing more will come, as somebody else knows. */
  peerIsGone(): void {
    this.markPeerClosed();
    if (this.#closed === undefined) this.#receiver?.peerLost();
  }

  setRef(): void {
    // Only Node and its like exit by themselves.
  }

  drain(): boolean {
    return false;
  }
}
