/**
 * What transports have in common where the platform does not report that the other end was closed.
 * Each end sends a FIN when it closes, and reads on until the FIN of the other end has arrived;
 * messages that arrive meanwhile are discarded, and the ports in them closed.
 *
 *   created ──start()──► open ──FIN received──► peer closed ──close()──► closed
 *      │                   │                                               ▲
 *      └──────close()──────┴──────────────► closing ──FIN received─────────┘
 *
 * A transport that was never started reads from close() on, until the FIN. If the peer is known to
 * be lost before start(), the transport is peer closed and never reads.
 */
import { FIN, type Frame } from '../core/protocol/frames.js';
import { isFin } from '../core/protocol/validate.js';
import { perThread } from '../core/support/per-thread.js';
import type { FrameReceiver, Transport } from '../core/transport/transport.js';
import { onPageHide } from './page-hide.js';

/** The transports that have a receiver. */
class ActiveTransports {
  /** The number of messages that have come in through all transports so far. */
  received = 0;
  readonly #active = new Set<ClosingTransport>();
  #stopWatchingPage: (() => void) | undefined;

  /** A simulator checks that none is left. */
  get size(): number {
    return this.#active.size;
  }

  /**
   * A page that leaves ends its connections itself: without Web Locks, or for a peer of another
   * origin, nothing else would report it. A page that comes back from the back/forward cache finds
   * its connections closed at both ends.
   */
  add(transport: ClosingTransport): void {
    this.#active.add(transport);
    this.#stopWatchingPage ??= onPageHide(() => {
      for (const each of this.#active) each.notifyPeerLost();
    });
  }

  delete(transport: ClosingTransport): void {
    this.#active.delete(transport);
    if (this.#active.size > 0) return;
    this.#stopWatchingPage?.();
    this.#stopWatchingPage = undefined;
  }
}

export const activeTransports = perThread(() => new ActiveTransports());

export abstract class ClosingTransport implements Transport {
  readonly #all = activeTransports();
  #receiver: FrameReceiver | undefined;
  #state: 'created' | 'open' | 'peer closed' | 'closing' | 'closed' = 'created';
  /** Set by close(); called once nothing more can come in. */
  #onClosed: (() => void) | undefined;

  abstract send(frame: Frame, transfer?: readonly object[]): void;
  /** From now on receive() is called for each message. */
  protected abstract read(): void;
  /** A message came in after close(). */
  protected abstract discard(data: unknown): void;
  /** Both ends are closed: nothing more is sent or read. */
  protected abstract release(): void;

  start(receiver: FrameReceiver): void {
    this.#receiver = receiver;
    if (this.#state !== 'created') return;
    this.#state = 'open';
    this.#all.add(this);
    this.read();
  }

  /** Some engines deliver what was queued even after a port was closed. */
  protected receive(data: unknown): void {
    this.#all.received++;
    if (this.#state === 'open' || this.#state === 'peer closed') this.#receiver?.receive(data);
    else if (isFin(data)) this.markPeerClosed();
    else this.discard(data);
  }

  close(onClosed?: () => void): void {
    const before = this.#state;
    if (before === 'closing' || before === 'closed') return;
    this.#state = 'closing';
    this.#onClosed = onClosed;
    // If no FIN ever comes, because the other end was lost on its way, only the port itself keeps
    // this transport, and the engine can collect both.
    this.#all.delete(this);
    this.send([FIN]);
    if (before === 'peer closed') this.#becomeClosed();
    else if (before === 'created') this.read();
  }

  markPeerClosed(): void {
    if (this.#state === 'closing') this.#becomeClosed();
    else if (this.#state !== 'closed') this.#state = 'peer closed';
  }

  #becomeClosed(): void {
    this.#state = 'closed';
    this.release();
    this.#onClosed?.();
  }

  /** It is known from elsewhere that nothing more will come. */
  notifyPeerLost(): void {
    this.markPeerClosed();
    if (this.#state === 'peer closed') this.#receiver?.peerLost();
  }

  setRef(): void {
    // Only Node and the runtimes that imitate it exit by themselves.
  }

  poll(): boolean {
    return false;
  }
}
