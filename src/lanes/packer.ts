/**
 * Writes frames as records, at the call: what the application changes afterwards is not seen by the
 * receiver. What this file does not know, structured clone may know: such a frame is refused, and
 * takes the plain lane.
 */
import type { Frame } from '../core/internal.js';
import * as format from './format.js';
import { ByteWriter } from './byte-writer.js';
import { Shapes } from './shapes.js';
import { Visited } from './visited.js';

/** A larger buffer costs little more to clone than to pack, and would stay in memory. */
const MAX_BUFFER = 65_536;
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
  readonly #out = new ByteWriter();
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
    return this.#out.at - this.#batchStart + this.#texts.length - this.#batchTexts;
  }

  /** Returns false, and has written nothing, if the frame must take the plain lane. */
  write(frame: Frame): boolean {
    if (this.#shapes.isFull) this.#forgetShapes();
    this.#frameStart = this.#out.at;
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
    this.#out.at = this.#frameStart;
    this.#texts.length = this.#frameTexts;
    this.#shapes.truncate(shapes);
    return false;
  }

  /** All that is written, but for a frame that is being written; undefined if that is nothing. */
  take(): PackedBatch | undefined {
    const [end, textsEnd] = this.isBusy
      ? [this.#frameStart, this.#frameTexts]
      : [this.#out.at, this.#texts.length];
    if (end === this.#batchStart) return undefined;
    const bytes = this.#out.slice(this.#batchStart, end);
    if (this.isBusy) {
      const texts = this.#texts.slice(this.#batchTexts, textsEnd);
      this.#batchStart = end;
      this.#batchTexts = textsEnd;
      return { bytes, texts };
    }
    const texts = this.#batchTexts === 0 ? this.#texts : this.#texts.slice(this.#batchTexts);
    this.#texts = [];
    this.#batchStart = this.#batchTexts = 0;
    this.#out.clear(MAX_BUFFER);
    return { bytes, texts };
  }

  // ── records ────────────────────────────────────────────────────────────────────────────────────

  #forgetShapes(): void {
    this.#shapes.clear();
    this.#out.reserve();
    this.#out.byte(format.FORGET);
  }

  #record(frame: Frame): boolean {
    const [tag, id] = frame as [number, unknown];
    this.#out.reserve();
    if (frame.length !== 3 || typeof id !== 'number') {
      this.#out.byte(format.FRAME);
      return this.#array(frame, 0);
    }
    this.#out.byte(tag);
    this.#out.number(id);
    return this.#value(frame[2], 0);
  }

  // ── values: false if the frame must take the plain lane ────────────────────────────────────────

  #value(value: unknown, depth: number): boolean {
    this.#out.reserve();
    switch (typeof value) {
      case 'string':
      case 'bigint':
        this.#out.byte(format.TEXT);
        this.#texts.push(value);
        return true;
      case 'number':
        this.#out.number(value);
        return true;
      case 'boolean':
        this.#out.byte(value ? format.TRUE : format.FALSE);
        return true;
      case 'undefined':
        this.#out.byte(format.UNDEFINED);
        return true;
      case 'object':
        if (value !== null) return this.#object(value, depth);
        this.#out.byte(format.NULL);
        return true;
      default:
        return false;
    }
  }

  #object(value: object, depth: number): boolean {
    const known = this.#visited.add(value);
    if (known >= 0) {
      this.#out.byte(format.BACK_REFERENCE);
      this.#out.number(known);
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
      this.#out.byte(format.SHAPE);
      this.#out.number(keys.length);
      for (const key of keys) this.#texts.push(key);
    } else return this.#dictionary(value, keys, depth);
    for (const key of keys) if (!this.#value(value[key], depth)) return false;
    return true;
  }

  #shaped(number: number): void {
    if (number <= format.MAX_SHORT_SHAPE) this.#out.byte(format.SHAPED + number);
    else {
      this.#out.byte(format.LONG_SHAPED);
      this.#out.byte(number);
    }
  }

  #dictionary(value: Record<string, unknown>, keys: readonly string[], depth: number): boolean {
    this.#out.byte(format.OBJECT);
    this.#out.number(keys.length);
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
    this.#out.byte(format.ARRAY);
    this.#out.number(length);
    for (let at = 0; at < length; at++) if (!this.#value(value[at], depth)) return false;
    return true;
  }

  /** An object of a class, of the language or of the application. */
  #exotic(value: object, prototype: unknown, depth: number): boolean {
    const kind = viewKinds.get(prototype);
    if (kind !== undefined) return this.#arrayView(value as Uint8Array | DataView, kind, depth);
    switch (prototype) {
      case Date.prototype:
        this.#out.byte(format.DATE);
        this.#out.number(getTime.call(value as Date));
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
    this.#out.byte(format.MAP_OBJECT);
    const { size } = value;
    this.#out.number(size);
    let written = 0;
    eachEntry.call(value, (part, key) => {
      if (written < 0) return;
      written = this.#value(key, depth) && this.#value(part, depth) ? written + 1 : -1;
    });
    return written === size;
  }

  #set(value: Set<unknown>, depth: number): boolean {
    this.#out.byte(format.SET_OBJECT);
    const { size } = value;
    this.#out.number(size);
    let written = 0;
    eachElement.call(value, (part) => {
      if (written >= 0) written = this.#value(part, depth) ? written + 1 : -1;
    });
    return written === size;
  }

  #arrayView(value: Uint8Array | DataView, kind: number, depth: number): boolean {
    this.#out.byte(format.VIEW);
    this.#out.byte(kind);
    const { buffer, byteOffset } = value;
    if (readPrototype(buffer) !== ArrayBuffer.prototype || !this.#value(buffer, depth))
      return false;
    this.#out.reserve();
    this.#out.number(byteOffset);
    this.#out.number('length' in value ? value.length : value.byteLength);
    return true;
  }

  /** An empty buffer may be a detached one, which structured clone refuses. */
  #buffer(value: ArrayBuffer): boolean {
    const { byteLength } = value;
    if (byteLength === 0 || byteLength > MAX_BUFFER) return false;
    if ((value as { resizable?: boolean }).resizable === true) return false;
    this.#out.byte(format.BUFFER);
    this.#out.number(byteLength);
    this.#out.append(new Uint8Array(value));
    return true;
  }
}
