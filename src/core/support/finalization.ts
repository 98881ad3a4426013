/**
 * What Client, Server and the others have in common. A handle is small and the state behind it is
 * another object that never points back, so that a forgotten handle can be collected, and its state
 * told to say goodbye.
 */
import { ownGlobal } from './platform.js';

/**
 * The value of a field that every handle has. A symbol cannot be cloned, so posting a handle itself
 * fails in every engine, with this text in the engine's own message.
 */
export const IS_HANDLE = Symbol('this is a handle: send the port that its transfer() returns; it');

/** What to do for a handle that was forgotten. */
export interface Finalizable {
  finalize(): void;
}

const Registry = ownGlobal('FinalizationRegistry') as typeof FinalizationRegistry | undefined;

/**
 * Without it what is forgotten stays open, as it may elsewhere: collection is no way to close
 * things.
 */
const registry = Registry && new Registry<Finalizable>(forget);

function forget(state: Finalizable): void {
  state.finalize();
}

export function finalizeOnCollect(handle: object, state: Finalizable): void {
  registry?.register(handle, state, handle);
}

export function cancelFinalization(handle: object): void {
  registry?.unregister(handle);
}

/** Why a value that is none of our handles is refused where there should be one of that class. */
export function notOurs(value: unknown, name: string): string {
  const { handle } = (value ?? {}) as { handle?: unknown };
  return typeof handle === 'symbol'
    ? `this ${name} is of another copy of ump-ng in the same thread: import all from one copy, as ESM or as CommonJS`
    : `this takes a ${name}`;
}
