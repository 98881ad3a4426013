/**
 * What transports have in common where the platform does not report that the other end was closed.
 * Each end sends a FIN when it closes, and reads on until the FIN of the other end has arrived;
 * messages that arrive meanwhile are discarded, and the ports in them closed.
 *
 *   created ──start()──► open ──FIN received──► peer closed ──close()──► ended
 *                          └────close()───► closing ──FIN received──► ended
 *
 * close() also ends a transport that was never started: it then reads until the FIN.
 */
import { FIN, type Frame } from '../core/protocol/frames.js';
import { isFin } from '../core/protocol/validate.js';
import { perThread } from '../core/support/per-thread.js';
import { ownGlobal } from '../core/support/platform.js';
import type { FrameReceiver, Transport } from '../core/transport/transport.js';

/** The transports that read, and have not ended. */
class OpenTransports {
  /** The number of messages that have come in through all transports so far. */
  received = 0;
  readonly #open = new Set<ClosingTransport>();

  add(transport: ClosingTransport): void {
    if (this.#open.size === 0) setPageHideListener('addEventListener', this.#onPageHide);
    this.#open.add(transport);
  }

  delete(transport: ClosingTransport): void {
    this.#open.delete(transport);
    if (this.#open.size === 0) setPageHideListener('removeEventListener', this.#onPageHide);
  }

  /**
   * A page that leaves ends its connections itself: without Web Locks, or for a peer of another
   * origin, nothing else would report it. A page that comes back from the back/forward cache finds
   * its connections closed at both ends.
   */
  readonly #onPageHide = (): void => {
    for (const transport of this.#open) transport.notifyPeerLost();
  };
}

/** Workers have no such event, and a simulated document may come without events. */
function setPageHideListener(
  method: 'addEventListener' | 'removeEventListener',
  listener: () => void,
): void {
  if (ownGlobal('document') === undefined) return;
  (globalThis as Partial<Pick<Window, typeof method>>)[method]?.('pagehide', listener);
}

export const openTransports = perThread(() => new OpenTransports());

export abstract class ClosingTransport implements Transport {
  readonly #all = openTransports();
  #receiver: FrameReceiver | undefined = undefined;
  #isReading = false;
  #isPeerClosed = false;
  /** Set by our own close(); called once nothing more can come in. */
  #onClosed: (() => void) | undefined = undefined;

  abstract send(frame: Frame, transfer?: readonly object[]): void;
  /** From now on receive() is called for each message. */
  protected abstract read(): void;
  /** A message came in after close(). */
  protected abstract discard(data: unknown): void;
  /** Both ends have closed. */
  protected abstract end(): void;

  start(receiver: FrameReceiver): void {
    this.#receiver = receiver;
    this.#startReading();
  }

  #startReading(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#all.add(this);
    this.read();
  }

  /** Some engines deliver what was queued even after a port was closed. */
  protected receive(data: unknown): void {
    this.#all.received++;
    if (this.#onClosed === undefined) this.#receiver?.receive(data);
    else if (isFin(data)) this.markPeerClosed();
    else this.discard(data);
  }

  close(onClosed: () => void = () => undefined): void {
    if (this.#onClosed !== undefined) return;
    this.#onClosed = onClosed;
    this.send([FIN]);
    if (this.#isPeerClosed) this.#finish(onClosed);
    else this.#startReading();
  }

  markPeerClosed(): void {
    if (this.#isPeerClosed) return;
    this.#isPeerClosed = true;
    if (this.#onClosed !== undefined) this.#finish(this.#onClosed);
  }

  #finish(onClosed: () => void): void {
    this.#all.delete(this);
    this.end();
    onClosed();
  }

  /** It is known from elsewhere that nothing more will come. */
  notifyPeerLost(): void {
    this.markPeerClosed();
    if (this.#onClosed === undefined) this.#receiver?.peerLost();
  }

  setRef(): void {
    // Only Node and the runtimes that imitate it exit by themselves.
  }

  drain(): boolean {
    return false;
  }
}
