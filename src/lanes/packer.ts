/**
 * Writes frames as records, at the call: what the application changes afterwards is not seen by the
 * receiver. What this file does not know, structured clone may know: such a frame is refused, and
 * takes the plain lane.
 */
import type { Frame } from '../core/internal.js';
import * as format from './format.js';
import { Shapes } from './shapes.js';
import { Visited } from './visited.js';

const FIRST_SIZE = 4096;
/** A larger buffer costs little more to clone than to pack, and would stay in memory. */
const MAX_BUFFER = 65_536;
/** The most bytes of anything that is written without a check of its own. */
const MAX_STEP = 16;

export interface PackedBatch {
  readonly bytes: Uint8Array;
  /** The strings and BigInts. */
  readonly texts: unknown[];
}

const readPrototype = Object.getPrototypeOf as (value: object) => unknown;
const { getTime } = Date.prototype;
const { forEach: eachEntry } = Map.prototype;
const { forEach: eachElement } = Set.prototype;
const viewKinds = new Map<unknown, number>(format.VIEWS.map((view, at) => [view.prototype, at]));

export class Packer {
  #bytes = new Uint8Array(FIRST_SIZE);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #texts: unknown[] = [];
  /** Where the frame that is being written begins, and where the batch does. */
  #frameStart = 0;
  #frameTexts = 0;
  #batchStart = 0;
  #batchTexts = 0;
  readonly #shapes = new Shapes();
  readonly #visited = new Visited();
  /** A getter of the application may send another frame while one is being written. */
  isBusy = false;

  /** How many bytes and strings wait. */
  get size(): number {
    return this.#at - this.#batchStart + this.#texts.length - this.#batchTexts;
  }

  /** Returns false, and has written nothing, if the frame must take the plain lane. */
  write(frame: Frame): boolean {
    if (this.#shapes.isFull) this.#forgetShapes();
    this.#frameStart = this.#at;
    this.#frameTexts = this.#texts.length;
    const shapes = this.#shapes.size;
    let done = false;
    this.isBusy = true;
    try {
      done = this.#record(frame);
    } catch {
      // A getter has thrown, as it will again for structured clone, whose error counts.
    }
    this.isBusy = false;
    this.#visited.clear();
    if (done) return true;
    this.#at = this.#frameStart;
    this.#texts.length = this.#frameTexts;
    this.#shapes.truncate(shapes);
    return false;
  }

  /** All that is written, but for a frame that is being written; undefined if that is nothing. */
  take(): PackedBatch | undefined {
    const [end, textsEnd] = this.isBusy
      ? [this.#frameStart, this.#frameTexts]
      : [this.#at, this.#texts.length];
    if (end === this.#batchStart) return undefined;
    const bytes = this.#bytes.slice(this.#batchStart, end);
    if (this.isBusy) {
      const texts = this.#texts.slice(this.#batchTexts, textsEnd);
      this.#batchStart = end;
      this.#batchTexts = textsEnd;
      return { bytes, texts };
    }
    const texts = this.#batchTexts === 0 ? this.#texts : this.#texts.slice(this.#batchTexts);
    this.#texts = [];
    this.#at = this.#batchStart = this.#batchTexts = 0;
    if (this.#bytes.length > MAX_BUFFER) this.#resize(FIRST_SIZE);
    return { bytes, texts };
  }

  // ── records ────────────────────────────────────────────────────────────────────────────────────

  #forgetShapes(): void {
    this.#shapes.clear();
    this.#reserve(MAX_STEP);
    this.#byte(format.FORGET);
  }

  #record(frame: Frame): boolean {
    const [tag, id] = frame as [number, unknown];
    this.#reserve(MAX_STEP);
    if (frame.length !== 3 || typeof id !== 'number') {
      this.#byte(format.FRAME);
      return this.#array(frame, 0);
    }
    this.#byte(tag);
    this.#number(id);
    return this.#value(frame[2], 0);
  }

  // ── values: false if the frame must take the plain lane ────────────────────────────────────────

  #value(value: unknown, depth: number): boolean {
    this.#reserve(MAX_STEP);
    switch (typeof value) {
      case 'string':
      case 'bigint':
        this.#byte(format.TEXT);
        this.#texts.push(value);
        return true;
      case 'number':
        this.#number(value);
        return true;
      case 'boolean':
        this.#byte(value ? format.TRUE : format.FALSE);
        return true;
      case 'undefined':
        this.#byte(format.UNDEFINED);
        return true;
      case 'object':
        if (value !== null) return this.#object(value, depth);
        this.#byte(format.NULL);
        return true;
      default:
        return false;
    }
  }

  #object(value: object, depth: number): boolean {
    const known = this.#visited.add(value);
    if (known >= 0) {
      this.#byte(format.BACK_REFERENCE);
      this.#number(known);
      return true;
    }
    if (depth >= format.MAX_NESTING) return false;
    if (Array.isArray(value)) return this.#array(value, depth + 1);
    const prototype = readPrototype(value);
    if (prototype === Object.prototype || prototype === null) {
      return this.#fields(value as Record<string, unknown>, depth + 1);
    }
    return this.#exotic(value, prototype, depth + 1);
  }

  #fields(value: Record<string, unknown>, depth: number): boolean {
    const keys = Object.keys(value);
    const shape = this.#shapes.find(keys);
    if (shape?.number !== undefined) this.#shaped(shape.number);
    else if (shape !== undefined && this.#shapes.number(shape)) {
      this.#byte(format.SHAPE);
      this.#number(keys.length);
      for (const key of keys) this.#texts.push(key);
    } else return this.#dictionary(value, keys, depth);
    for (const key of keys) if (!this.#value(value[key], depth)) return false;
    return true;
  }

  #shaped(number: number): void {
    if (number <= format.MAX_SHORT_SHAPE) this.#byte(format.SHAPED + number);
    else {
      this.#byte(format.LONG_SHAPED);
      this.#byte(number);
    }
  }

  #dictionary(value: Record<string, unknown>, keys: readonly string[], depth: number): boolean {
    this.#byte(format.OBJECT);
    this.#number(keys.length);
    for (const key of keys) {
      // The receiver would set the prototype.
      if (key === '__proto__') return false;
      this.#texts.push(key);
      if (!this.#value(value[key], depth)) return false;
    }
    return true;
  }

  /** An array with holes, or with other keys than its indexes, takes the plain lane. */
  #array(value: readonly unknown[], depth: number): boolean {
    const { length } = value;
    const keys = Object.keys(value);
    if (keys.length !== length) return false;
    if (length > 0 && Number(keys[length - 1]) !== length - 1) return false;
    this.#byte(format.ARRAY);
    this.#number(length);
    for (let at = 0; at < length; at++) if (!this.#value(value[at], depth)) return false;
    return true;
  }

  /** An object of a class, of the language or of the application. */
  #exotic(value: object, prototype: unknown, depth: number): boolean {
    const kind = viewKinds.get(prototype);
    if (kind !== undefined) return this.#arrayView(value as Uint8Array | DataView, kind, depth);
    switch (prototype) {
      case Date.prototype:
        this.#byte(format.DATE);
        this.#number(getTime.call(value as Date));
        return true;
      case Map.prototype:
        return this.#map(value as Map<unknown, unknown>, depth);
      case Set.prototype:
        return this.#set(value as Set<unknown>, depth);
      case ArrayBuffer.prototype:
        return this.#buffer(value as ArrayBuffer);
      default:
        return false;
    }
  }

  /** A getter of the application may change its size meanwhile: then the count is wrong. */
  #map(value: Map<unknown, unknown>, depth: number): boolean {
    this.#byte(format.MAP_OBJECT);
    const { size } = value;
    this.#number(size);
    let written = 0;
    eachEntry.call(value, (part, key) => {
      if (written < 0) return;
      written = this.#value(key, depth) && this.#value(part, depth) ? written + 1 : -1;
    });
    return written === size;
  }

  #set(value: Set<unknown>, depth: number): boolean {
    this.#byte(format.SET_OBJECT);
    const { size } = value;
    this.#number(size);
    let written = 0;
    eachElement.call(value, (part) => {
      if (written >= 0) written = this.#value(part, depth) ? written + 1 : -1;
    });
    return written === size;
  }

  #arrayView(value: Uint8Array | DataView, kind: number, depth: number): boolean {
    this.#byte(format.VIEW);
    this.#byte(kind);
    const { buffer, byteOffset } = value;
    if (readPrototype(buffer) !== ArrayBuffer.prototype || !this.#value(buffer, depth))
      return false;
    this.#reserve(MAX_STEP);
    this.#number(byteOffset);
    this.#number('length' in value ? value.length : value.byteLength);
    return true;
  }

  /** An empty buffer may be a detached one, which structured clone refuses. */
  #buffer(value: ArrayBuffer): boolean {
    const { byteLength } = value;
    if (byteLength === 0 || byteLength > MAX_BUFFER) return false;
    if ((value as { resizable?: boolean }).resizable === true) return false;
    this.#byte(format.BUFFER);
    this.#number(byteLength);
    this.#reserve(byteLength);
    this.#bytes.set(new Uint8Array(value), this.#at);
    this.#at += byteLength;
    return true;
  }

  // ── bytes ──────────────────────────────────────────────────────────────────────────────────────

  #number(value: number): void {
    const isInt = (value | 0) === value && !Object.is(value, -0);
    if (isInt && value >= 0 && value <= format.MAX_SMALL) this.#byte(value);
    else if (isInt) {
      this.#byte(format.INT32);
      this.#view.setInt32(this.#at, value, true);
      this.#at += 4;
    } else {
      this.#byte(format.FLOAT64);
      this.#view.setFloat64(this.#at, value, true);
      this.#at += 8;
    }
  }

  #byte(value: number): void {
    this.#bytes[this.#at++] = value;
  }

  /** Makes room for this number of bytes. */
  #reserve(bytes: number): void {
    const needed = this.#at + bytes + MAX_STEP;
    if (needed > this.#bytes.length) this.#resize(2 * needed);
  }

  #resize(size: number): void {
    const before = this.#bytes;
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
    this.#bytes.set(before.subarray(0, this.#at));
  }
}
