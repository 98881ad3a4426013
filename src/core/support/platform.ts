/// <reference lib="esnext.disposable" preserve="true" />

/**
 * What the core needs of its surroundings, as structural types: so the core compiles without the
 * types of any platform, and its declarations are right with the types of each.
 */

/** The least a MessagePort must do. Parameters have this type; results have the platform's own. */
export interface PortLike {
  postMessage(message: unknown, transfer?: never): void;
  close(): void;
}

/** The platform's own MessagePort type where its library is loaded, else {@link PortLike}. */
export type MessagePort = typeof globalThis extends { MessagePort: { prototype: infer T } }
  ? T
  : PortLike;

/** The least an AbortSignal must do. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: never): void;
  removeEventListener(type: 'abort', listener: never): void;
}

/**
 * The platform's own AbortSignal type where its library is loaded, else {@link AbortSignalLike}.
 */
export type AbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer T } }
  ? T
  : AbortSignalLike;

/** A port as the core itself uses it. */
export interface WorkingPort {
  postMessage(message: unknown, transfer?: readonly object[]): void;
  close(): void;
}

/** A signal as the core itself uses it: listeners are objects, which needs no closures. */
export interface WorkingSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: AbortListener): void;
  removeEventListener(type: 'abort', listener: AbortListener): void;
}

export interface AbortListener {
  handleEvent(): void;
}

export interface WorkingController {
  readonly signal: WorkingSignal;
  abort(reason: unknown): void;
}

export type ChannelClass = new () => { port1: WorkingPort; port2: WorkingPort };

interface CoreGlobals {
  MessageChannel?: ChannelClass;
  AbortController: new () => WorkingController;
  setTimeout(call: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  readonly performance: { now(): number };
  structuredClone(value: unknown, options?: { transfer: readonly object[] }): unknown;
  readonly crypto: { getRandomValues(array: Uint32Array): Uint32Array };
}

export const globals = globalThis as unknown as CoreGlobals;

/**
 * A global that some platforms lack. In a page an element with that id (`<p id="process">`) is a
 * property which the window inherits; the globals of the platform and of scripts are the window's
 * own.
 */
export const ownGlobal = (name: string): unknown =>
  Object.hasOwn(globalThis, name) ? (globalThis as Record<string, unknown>)[name] : undefined;

/** Whether `object` is an instance of the global class of that name; false if there is none. */
export function isA(object: object, name: string): boolean {
  const Class = ownGlobal(name);
  return typeof Class === 'function' && object instanceof Class;
}

/** `Symbol.dispose` where the engine has it, or else a symbol that nothing else uses. */
export const dispose: typeof Symbol.dispose =
  (Symbol as { dispose?: typeof Symbol.dispose }).dispose ??
  (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);
