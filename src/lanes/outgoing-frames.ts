/**
 * The sending side of the lane "packed". The first frame of a turn leaves at once, as it is; those
 * that follow in the same turn are packed, and leave together:
 *
 *   idle ──a frame──► open ──IDLE_TICKS microtasks without a frame: what waits leaves──► idle
 *                      └──MAX_BATCH, or a frame after MAX_HOLD_MS: what waits leaves──► open
 *
 * A frame that cannot be packed leaves after what waits, so that the order holds.
 */
import {
  CANCEL,
  CREDIT,
  ERR,
  FAIL,
  flushUnsent,
  HANDLER_ERROR,
  natives,
  ownGlobal,
  PACKED,
  perThread,
  POST,
  REPLY,
  REQ,
  unsent,
  type Frame,
  type Transport,
} from '../core/internal.js';
import { Packer } from './packer.js';

/**
 * A server that answers one message after another takes some microtasks for each, and an actor
 * takes more.
 */
const IDLE_TICKS = 8;

/** In bytes and strings: the peer can begin to work while this side goes on. */
const MAX_BATCH = 16_384;

/** What comes in the middle of a long computation does not wait for the end of it. */
const MAX_HOLD_MS = 1;

/** One bit for each tag. Frames of other kinds are rare, or must be seen at once. */
const PACKABLE = [POST, REQ, CANCEL, REPLY, FAIL, ERR, CREDIT, HANDLER_ERROR].reduce(
  (bits, tag) => bits | (1 << tag),
  0,
);

const resolved = Promise.resolve();

interface Process {
  once?(event: 'exit', listener: () => void): unknown;
}

/** Where an agent can exit by itself, frames that wait would be lost with it. */
const flushesAtExit = perThread(() => {
  (ownGlobal('process') as Process | undefined)?.once?.('exit', flushUnsent);
  return {};
});

export class OutgoingFrames {
  readonly #carrier: Transport;
  readonly #packer = new Packer();
  readonly #now = natives().now;
  readonly #unsent = unsent();
  #isOpen = false;
  #holds = false;
  /** How many microtasks have passed since the last frame. */
  #idleTicks = 0;
  /** When something has left last. */
  #lastLeft = 0;

  constructor(carrier: Transport) {
    this.#carrier = carrier;
    flushesAtExit();
  }

  send(frame: Frame, transfer: readonly object[] | undefined): void {
    this.#idleTicks = 0;
    if (!this.#isOpen) {
      this.#carrier.send(frame, transfer);
      this.#open();
    } else if (transfer === undefined && this.#pack(frame)) this.#hold();
    else {
      this.flush();
      this.#carrier.send(frame, transfer);
    }
  }

  #open(): void {
    this.#isOpen = true;
    this.#lastLeft = this.#now();
    this.#nextTick();
  }

  #pack(frame: Frame): boolean {
    const packer = this.#packer;
    return ((PACKABLE >> frame[0]) & 1) === 1 && !packer.isBusy && packer.write(frame);
  }

  #hold(): void {
    if (this.#packer.size >= MAX_BATCH || this.#now() - this.#lastLeft > MAX_HOLD_MS) this.flush();
    else if (!this.#holds) {
      this.#holds = true;
      this.#unsent.add(this);
    }
  }

  /** Sends what waits. */
  flush(): void {
    const packed = this.#packer.take();
    if (packed === undefined) return;
    this.#holds = false;
    this.#unsent.delete(this);
    this.#lastLeft = this.#now();
    this.#carrier.send([PACKED, packed.bytes, packed.texts]);
  }

  #nextTick(): void {
    void resolved.then(this.#tick);
  }

  readonly #tick = (): void => {
    if (++this.#idleTicks < IDLE_TICKS) this.#nextTick();
    else {
      this.flush();
      this.#isOpen = false;
    }
  };
}
