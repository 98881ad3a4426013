/**
 * What links have in common where the platform does not tell that the other end was closed: each
 * end says so itself, once, and goes on reading until the other has said it too. What still comes
 * then is discarded, so that whoever waits at the other end of a port in it hears of it.
 */
import { isHangup } from './judge.js';
import { discard, type Link, type Receiver } from './link.js';
import { HANGUP, type Frame } from './wire.js';

/** Started, and not ended. */
const open = new Set<QuietLink>();

/** This agent is about to go: each line ends now, and whoever is at its other end hears of it. */
export function hangUpAll(): void {
  for (const link of open) link.lost();
}

/** Messages that have come in, by whatever line. */
export const traffic = { heard: 0 };

export abstract class QuietLink implements Link {
  #receiver: Receiver | undefined = undefined;
  #reading = false;
  /** Set by our own close(). */
  #closed: (() => void) | undefined = undefined;
  #peerClosed = false;

  abstract send(frame: Frame, transfer?: readonly object[]): void;
  /** From now on receive() is called for each message. */
  protected abstract read(): void;
  /** Both ends are done. */
  protected abstract end(): void;

  start(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#read();
  }

  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    open.add(this);
    this.read();
  }

  /** Some engines deliver what was queued even after a port was closed. */
  protected receive(data: unknown): void {
    traffic.heard++;
    if (this.#closed === undefined) this.#receiver?.frame(data);
    else if (isHangup(data)) this.cut();
    else discard(data);
  }

  close(closed: () => void = () => undefined): void {
    if (this.#closed !== undefined) return;
    this.#closed = closed;
    this.send([HANGUP]);
    if (this.#peerClosed) this.#end(closed);
    else this.#read();
  }

  cut(): void {
    if (this.#peerClosed) return;
    this.#peerClosed = true;
    if (this.#closed !== undefined) this.#end(this.#closed);
  }

  #end(closed: () => void): void {
    open.delete(this);
    this.end();
    closed();
  }

  /** Nothing more will come, as somebody else knows. */
  lost(): void {
    this.cut();
    if (this.#closed === undefined) this.#receiver?.lost();
  }

  hold(): void {
    // Only Node and its like exit by themselves.
  }

  drain(): boolean {
    return false;
  }
}
