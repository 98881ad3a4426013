/** Invariants with any peer: no uncaught error, and no changed prototype. */
import { afterEach, beforeEach, expect } from '@jest/globals';

const watched = [Object, Array, Function, Error, Map, Promise].map(({ prototype }) => prototype);
const shape = (): PropertyKey[][] =>
  watched.map((prototype) => Reflect.ownKeys(prototype as object));

export function checkInvariants(): void {
  let escaped: unknown[];
  let before: PropertyKey[][];
  const onEscape = (error: unknown): void => {
    escaped.push(error);
  };
  const events = ['uncaughtException', 'unhandledRejection'] as const;

  beforeEach(() => {
    escaped = [];
    before = shape();
    for (const event of events) process.on(event, onEscape);
  });

  afterEach(() => {
    for (const event of events) process.off(event, onEscape);
    expect(escaped).toEqual([]);
    expect(shape()).toEqual(before);
    expect(Reflect.ownKeys(Object.getPrototypeOf(new Error('')) as object)).not.toContain(
      'polluted',
    );
  });
}
