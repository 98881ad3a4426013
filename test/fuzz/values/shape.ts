/**
 * A value as text: what the generator makes, the search changes, and a corpus keeps. build.ts makes
 * the value of it. Wherever a shape has a number of parts, the value has `size` times as many, so
 * that its cost can be measured at several sizes.
 */
export type Shape = null | boolean | number | string | readonly [head: Head, ...rest: unknown[]];

export type Head = keyof ShapeParts;

/** What follows each head. */
export interface ShapeParts {
  /** A value that JSON lacks, by its name: see odd.ts. */
  odd: [name: string];
  list: Shape[];
  object: [key: string, part: Shape][];
  map: [key: Shape, part: Shape][];
  set: Shape[];
  /** A list that has one part many times. */
  same: [count: number, part: Shape];
  /** A list of parts that are equal, and each built afresh. */
  each: [count: number, part: Shape];
  /** An object with many fields, which have one part, or parts built afresh. */
  sameFields: [count: number, part: Shape];
  eachField: [count: number, part: Shape];
  sameMap: [count: number, part: Shape];
  eachSet: [count: number, part: Shape];
  /** Lists in lists, or objects in objects. */
  nest: [depth: number, part: Shape];
  chain: [depth: number, part: Shape];
  /** A list that has the next list many times, and so on: small on the wire, and huge unfolded. */
  twist: [depth: number, count: number, part: Shape];
  /** An object that was built before, or is being built: the one with this number, modulo all. */
  again: [number: number];
  /** An array of holes. */
  sparse: [length: number];
  text: [length: number];
  digits: [length: number];
  bytes: [type: string, length: number];
  error: [name: string, message: Shape, fields: [key: string, part: Shape][]];
  /** What stands for an Error in a frame. */
  record: [name: Shape, fields: Shape, more: [key: string, part: Shape][]];
  /** A port of the attacker, by a number; the same number is the same port. */
  port: [number: number];
  /** A new port each time. */
  fresh: [];
  /** The end of a line that the attacker holds; it moves to the victim. */
  line: [number: number];
  /** How many times the step was repeated so far, from 1 on. */
  count: [];
}

/** Whether the shape is a list of its head and what follows. */
export const isComposed = (shape: Shape): shape is readonly [head: Head, ...rest: unknown[]] =>
  Array.isArray(shape);

/** A shape of a head. */
export const shape = <H extends Head>(head: H, ...rest: ShapeParts[H]): Shape => [head, ...rest];

export const list = (...parts: Shape[]): Shape => ['list', ...parts];
