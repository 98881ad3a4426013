/**
 * What transports have in common where the platform does not report that the other end was closed.
 * Each end sends a FIN when it closes, and reads on until the FIN of the other end has arrived;
 * messages that arrive meanwhile are discarded, and the ports in them closed.
 *
 *   idle ──start()──► open ──FIN received──► peer closed ──close()──► ended
 *                       └────close()───► closing ──FIN received──► ended
 *
 * close() also ends a transport that was never started: it then reads until the FIN.
 */
import { FIN, type Frame } from '../core/protocol/frames.js';
import { isFin } from '../core/protocol/validate.js';
import { perThread } from '../core/support/per-thread.js';
import type { FrameReceiver, Transport } from '../core/transport/transport.js';

interface Traffic {
  /** Transports that read, and have not ended. */
  readonly open: Set<ClosingTransport>;
  /** The number of messages that have come in through all of them. */
  received: number;
}

export const traffic = perThread<Traffic>(() => ({ open: new Set(), received: 0 }));

/** This agent is about to go: ends each connection now, so that its peer learns of it. */
export function closeAllTransports(): void {
  for (const transport of traffic().open) transport.notifyPeerLost();
}

export abstract class ClosingTransport implements Transport {
  readonly #traffic = traffic();
  #receiver: FrameReceiver | undefined = undefined;
  #isReading = false;
  #isPeerClosed = false;
  /** Set by our own close(); called once nothing more can come in. */
  #closed: (() => void) | undefined = undefined;

  abstract send(frame: Frame, transfer?: readonly object[]): void;
  /** From now on receive() is called for each message. */
  protected abstract read(): void;
  /** A message came in after close(). */
  protected abstract discard(data: unknown): void;
  /** Both ends have closed. */
  protected abstract end(): void;

  start(receiver: FrameReceiver): void {
    this.#receiver = receiver;
    this.#read();
  }

  #read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#traffic.open.add(this);
    this.read();
  }

  /** Some engines deliver what was queued even after a port was closed. */
  protected receive(data: unknown): void {
    this.#traffic.received++;
    if (this.#closed === undefined) this.#receiver?.receive(data);
    else if (isFin(data)) this.markPeerClosed();
    else this.discard(data);
  }

  close(closed: () => void = () => undefined): void {
    if (this.#closed !== undefined) return;
    this.#closed = closed;
    this.send([FIN]);
    if (this.#isPeerClosed) this.#end(closed);
    else this.#read();
  }

  markPeerClosed(): void {
    if (this.#isPeerClosed) return;
    this.#isPeerClosed = true;
    if (this.#closed !== undefined) this.#end(this.#closed);
  }

  #end(closed: () => void): void {
    this.#traffic.open.delete(this);
    this.end();
    closed();
  }

  /** It is known from elsewhere that nothing more will come. */
  notifyPeerLost(): void {
    this.markPeerClosed();
    if (this.#closed === undefined) this.#receiver?.peerLost();
  }

  setRef(): void {
    // Only Node and the runtimes that imitate it exit by themselves.
  }

  drain(): boolean {
    return false;
  }
}
