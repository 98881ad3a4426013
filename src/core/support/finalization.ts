/**
 * Handles (Client, Server and the others) are small, and the state behind a handle is another
 * object, which does not refer to its handle, except while a wait() is pending. So a forgotten
 * handle can be collected, and its state finalized.
 */
import { perThread } from './per-thread.js';
import { ownGlobal } from './platform.js';

/**
 * The value of a field that every handle has. A symbol cannot be cloned, so posting a handle itself
 * fails in every engine, with this text in the engine's own message. It ends with "it" because
 * V8 appends "could not be cloned".
 *
 * The Symbol.toStringTag of a handle keeps Vue from putting a Proxy around it, through which its
 * private fields could not be read.
 */
export const IS_HANDLE = Symbol('this is a handle: send the port that its transfer() returns; it');

/** State that ends when its handle was collected. */
export interface Finalizable {
  finalize(): void;
}

/** Without a FinalizationRegistry the state of a forgotten handle stays open. */
const finalizers = perThread(() => {
  const Registry = ownGlobal('FinalizationRegistry') as typeof FinalizationRegistry | undefined;
  return { registry: Registry && new Registry<Finalizable>(finalize) };
});

function finalize(state: Finalizable): void {
  state.finalize();
}

/**
 * `token`: what cancelFinalization() takes. It is the state where that may end before its handle
 * does: until then the registry keeps the state, and an error in it may keep the handle, because
 * V8 keeps the functions of a stack trace, with what these refer to, until the trace is read.
 */
export function finalizeOnCollect(handle: object, state: Finalizable, token = handle): void {
  finalizers().registry?.register(handle, state, token);
}

export function cancelFinalization(token: object): void {
  finalizers().registry?.unregister(token);
}

/** The message of the error for a value that is not a handle of the class `name` of this copy. */
export function wrongHandleMessage(value: unknown, name: string): string {
  const { handle } = (value ?? {}) as { handle?: unknown };
  return typeof handle === 'symbol'
    ? `this ${name} is of another copy of ump-ng: import all from one copy, as ESM or as CommonJS`
    : `this takes a ${name}`;
}
