/**
 * What Client, Server and the others have in common. A handle is small and the state behind it is
 * another object that never points back, so that a forgotten handle can be collected, and its state
 * told to say goodbye.
 */

/**
 * The value of a field that every handle has. A symbol cannot be cloned, so posting a handle itself
 * fails in every engine, with this text in the engine's own message.
 */
export const IS_HANDLE = Symbol('this is a handle: send the port that its transfer() returns; it');

/** What to do for a handle that was forgotten. */
export interface Forgettable {
  forgotten(): void;
}

const registry = new FinalizationRegistry<Forgettable>((state) => {
  state.forgotten();
});

export function onForgotten(handle: object, state: Forgettable): void {
  registry.register(handle, state, handle);
}

export function notForgotten(handle: object): void {
  registry.unregister(handle);
}
