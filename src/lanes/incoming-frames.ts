/**
 * The receiving side of the lane "packed": delivers the frames of a batch one by one. The receiver
 * may run code of the application that blocks, and then the frames that are left are delivered to
 * it in there, before anything that comes later.
 */
import { isList, unsent, type FrameReceiver, type HeldBack } from '../core/internal.js';
import { isBytes, Unpacker } from './unpacker.js';

export class IncomingFrames implements HeldBack {
  readonly #receiver: FrameReceiver;
  readonly #unpacker = new Unpacker();
  readonly #unsent = unsent();

  constructor(receiver: FrameReceiver) {
    this.#receiver = receiver;
  }

  /** Delivers the frames of a batch, `[PACKED, bytes, texts]`, or what is wrong with it. */
  receive([, bytes, texts]: readonly unknown[]): void {
    this.flush();
    if (!isBytes(bytes) || !isList(texts)) {
      this.#receiver.receive([]);
      return;
    }
    this.#unpacker.begin(bytes, texts);
    this.#unsent.add(this);
    this.flush();
    this.#unsent.delete(this);
  }

  /** Delivers what is left of a batch. */
  flush(): void {
    while (this.#unpacker.hasMore) {
      let frame: unknown[] | undefined;
      try {
        frame = this.#unpacker.next();
      } catch {
        this.#unpacker.end();
        // No frame is empty: the receiver refuses the peer.
        frame = [];
      }
      if (frame !== undefined) this.#receiver.receive(frame);
    }
  }

  /** Delivers nothing more. */
  end(): void {
    this.#unpacker.end();
  }
}
