/**
 * Reads records. The writer may be hostile: each count and index is checked before it is used, what
 * is created takes memory in proportion to the bytes that have come in, and nothing but data is
 * created. Everything that is wrong throws.
 */
import * as format from './format.js';

type ReadFields = Record<string, unknown>;

const malformed = (): never => {
  throw new Error('malformed record');
};

const classOf = (value: unknown): string => Object.prototype.toString.call(value);

/** Not in shared memory, which the peer could change while it is read. */
export const isBytes = (value: unknown): value is Uint8Array<ArrayBuffer> =>
  classOf(value) === '[object Uint8Array]' &&
  classOf((value as Uint8Array).buffer) === '[object ArrayBuffer]';

export class Unpacker {
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #texts: readonly unknown[] = [];
  #nextText = 0;
  #shapes: (readonly string[])[] = [];
  /** The objects of the record, in the order in which they begin. */
  #objects: unknown[] = [];

  /** Whether a batch has records that were not read yet. */
  get hasMore(): boolean {
    return this.#at < this.#bytes.length;
  }

  begin(bytes: Uint8Array<ArrayBuffer>, texts: readonly unknown[]): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = this.#nextText = 0;
    this.#texts = texts;
  }

  /** Forgets the rest of the batch. */
  end(): void {
    this.begin(new Uint8Array(0), []);
  }

  /** The frame of the next record; undefined at the end of the batch. It is not validated yet. */
  next(): unknown[] | undefined {
    for (;;) {
      if (!this.hasMore) return undefined;
      const tag = this.#byte();
      if (tag === format.FORGET) this.#shapes = [];
      else {
        const frame = this.#frame(tag);
        this.#objects.length = 0;
        return frame;
      }
    }
  }

  #frame(tag: number): unknown[] {
    if (tag < format.FRAME) return [tag, this.#value(0), this.#value(0)];
    if (tag !== format.FRAME || this.#byte() !== format.ARRAY) return malformed();
    const frame: unknown[] = [];
    this.#fill(frame, 0);
    return frame;
  }

  // ── values ─────────────────────────────────────────────────────────────────────────────────────

  #value(depth: number): unknown {
    const tag = this.#byte();
    if (tag <= format.MAX_SMALL) return tag;
    if (depth > format.MAX_NESTING) return malformed();
    if (tag >= format.SHAPED) return this.#shaped(tag - format.SHAPED, depth + 1);
    switch (tag) {
      case format.UNDEFINED:
        return undefined;
      case format.NULL:
        return null;
      case format.TRUE:
        return true;
      case format.FALSE:
        return false;
      case format.INT32:
        this.#at += 4;
        return this.#view.getInt32(this.#at - 4, true);
      case format.FLOAT64:
        this.#at += 8;
        return this.#view.getFloat64(this.#at - 8, true);
      case format.TEXT:
        return this.#text();
      default:
        return this.#object(tag, depth + 1);
    }
  }

  #object(tag: number, depth: number): unknown {
    switch (tag) {
      case format.SHAPE:
        return this.#newShape(depth);
      case format.LONG_SHAPED:
        return this.#shaped(this.#byte(), depth);
      case format.OBJECT:
        return this.#dictionary(depth);
      case format.ARRAY:
        return this.#fill(this.#add<unknown[]>([]), depth);
      case format.BACK_REFERENCE:
        return this.#objects[this.#count(this.#objects.length - 1)];
      case format.MAP_OBJECT:
        return this.#map(depth);
      case format.SET_OBJECT:
        return this.#set(depth);
      case format.DATE:
        return this.#date(depth);
      case format.BUFFER:
        return this.#buffer();
      case format.VIEW:
        return this.#arrayView(depth);
      default:
        return malformed();
    }
  }

  #add<T>(object: T): T {
    this.#objects.push(object);
    return object;
  }

  #newShape(depth: number): ReadFields {
    const keys: string[] = [];
    for (let left = this.#count(format.MAX_KEYS); left > 0; left--) {
      const key = this.#key();
      keys.push(key.length > format.MAX_KEY_LENGTH ? malformed() : key);
    }
    if (this.#shapes.push(keys) > format.MAX_SHAPES) return malformed();
    return this.#shaped(this.#shapes.length - 1, depth);
  }

  #shaped(number: number, depth: number): ReadFields {
    const keys = this.#shapes[number] ?? malformed();
    const object = this.#add<ReadFields>({});
    for (const key of keys) object[key] = this.#value(depth);
    return object;
  }

  #dictionary(depth: number): ReadFields {
    const object = this.#add<ReadFields>({});
    for (let left = this.#partCount(); left > 0; left--) object[this.#key()] = this.#value(depth);
    return object;
  }

  #fill(array: unknown[], depth: number): unknown[] {
    for (let left = this.#partCount(); left > 0; left--) array.push(this.#value(depth));
    return array;
  }

  #map(depth: number): Map<unknown, unknown> {
    const map = this.#add(new Map());
    for (let left = this.#partCount(); left > 0; left--) {
      const key = this.#value(depth);
      map.set(key, this.#value(depth));
    }
    return map;
  }

  #set(depth: number): Set<unknown> {
    const set = this.#add(new Set());
    for (let left = this.#partCount(); left > 0; left--) set.add(this.#value(depth));
    return set;
  }

  #date(depth: number): Date {
    const time = this.#value(depth);
    return this.#add(typeof time === 'number' ? new Date(time) : malformed());
  }

  #buffer(): ArrayBuffer {
    const length = this.#partCount();
    const buffer = this.#add(new ArrayBuffer(length));
    new Uint8Array(buffer).set(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return buffer;
  }

  #arrayView(depth: number): ArrayBufferView {
    const number = this.#objects.push(undefined) - 1;
    const View = format.VIEWS[this.#byte()] ?? malformed();
    const buffer = this.#value(depth);
    if (!(buffer instanceof ArrayBuffer)) return malformed();
    const offset = this.#count(buffer.byteLength);
    // The constructor throws if the view does not fit.
    const view = new View(buffer, offset, this.#count(buffer.byteLength));
    this.#objects[number] = view;
    return view;
  }

  // ── bytes ──────────────────────────────────────────────────────────────────────────────────────

  /** A key of an object: to set `__proto__` would set the prototype. */
  #key(): string {
    const key = this.#text();
    return typeof key === 'string' && key !== '__proto__' ? key : malformed();
  }

  #text(): string | bigint {
    const text = this.#texts[this.#nextText++];
    return typeof text === 'string' || typeof text === 'bigint' ? text : malformed();
  }

  /** A whole number from 0 to `max`. */
  #count(max: number): number {
    const count = this.#value(format.MAX_NESTING);
    return Number.isInteger(count) && Number(count) >= 0 && Number(count) <= max
      ? Number(count)
      : malformed();
  }

  /** How many parts follow: each of them takes a byte at least. */
  #partCount(): number {
    const count = this.#count(this.#bytes.length);
    return count <= this.#bytes.length - this.#at ? count : malformed();
  }

  /** A byte that is not there is malformed; the DataView throws by itself. */
  #byte(): number {
    return this.#bytes[this.#at++] ?? malformed();
  }
}
