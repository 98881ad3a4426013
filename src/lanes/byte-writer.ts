import { FLOAT64, INT32, MAX_SMALL } from './format.js';

const FIRST_SIZE = 4096;
/** The most bytes that may be written between two calls of reserve(): enough for three numbers. */
const MAX_STEP = 32;

/** Memory that grows as bytes are written to it, one after another. */
export class ByteWriter {
  /** Where the next byte goes. */
  at = 0;
  #bytes = new Uint8Array(FIRST_SIZE);
  #view = new DataView(this.#bytes.buffer);

  /** Makes room for the next bytes, which are MAX_STEP at most. */
  reserve(): void {
    const needed = this.at + MAX_STEP;
    if (needed > this.#bytes.length) this.#resize(2 * needed);
  }

  byte(value: number): void {
    this.#bytes[this.at++] = value;
  }

  number(value: number): void {
    const isInt = (value | 0) === value && !Object.is(value, -0);
    if (isInt && value >= 0 && value <= MAX_SMALL) this.byte(value);
    else if (isInt) {
      this.byte(INT32);
      this.#view.setInt32(this.at, value, true);
      this.at += 4;
    } else {
      this.byte(FLOAT64);
      this.#view.setFloat64(this.at, value, true);
      this.at += 8;
    }
  }

  append(bytes: Uint8Array): void {
    const needed = this.at + bytes.length + MAX_STEP;
    if (needed > this.#bytes.length) this.#resize(2 * needed);
    this.#bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Returns a copy. */
  slice(start: number, end: number): Uint8Array {
    return this.#bytes.slice(start, end);
  }

  /** Forgets what was written, and gives back memory of more than `most` bytes. */
  clear(most: number): void {
    this.at = 0;
    if (this.#bytes.length > most) this.#resize(FIRST_SIZE);
  }

  #resize(size: number): void {
    const before = this.#bytes;
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
    this.#bytes.set(before.subarray(0, this.at));
  }
}
