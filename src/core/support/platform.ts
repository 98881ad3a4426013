/// <reference lib="esnext.disposable" preserve="true" />

/**
 * What the core needs of its surroundings, said structurally, so that it compiles without the types
 * of any one platform and its declarations are right under all of them.
 */

/** The least a MessagePort must do. Parameters take this; results are the platform's own type. */
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

/** A signal as the core itself uses it: listeners are objects, so that none needs a closure. */
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

/** Milliseconds; what setTimeout takes at most before it overflows to 1 ms. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export type ChannelClass = new () => { port1: WorkingPort; port2: WorkingPort };

interface Globals {
  MessageChannel?: ChannelClass;
  AbortController: new () => WorkingController;
  setTimeout(call: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  readonly performance: { now(): number };
  structuredClone(value: unknown, options?: { transfer: readonly object[] }): unknown;
}

export const globals = globalThis as unknown as Globals;

/**
 * A global that some platforms lack. In a page markup can name an element so (`<p id="process">`),
 * which then is a property of what the window inherits from; a global of the platform's, or of a
 * script's, is the window's own.
 */
export const ownGlobal = (name: string): unknown =>
  Object.hasOwn(globalThis, name) ? (globalThis as Record<string, unknown>)[name] : undefined;

/** Is it of the class that has this name, where there is one? */
export function isA(target: object, name: string): boolean {
  const Class = ownGlobal(name);
  return typeof Class === 'function' && target instanceof Class;
}

/**
 * Unless it `holds`, the timer does not keep a process alive by itself: the pending call's port
 * does that.
 */
export function later(ms: number, call: () => void, holds = false): unknown {
  const timer = globals.setTimeout(call, Math.min(ms, LONGEST_TIMEOUT));
  if (!holds) (timer as { unref?: () => void }).unref?.();
  return timer;
}

/** `Symbol.dispose` where the engine has it; elsewhere a key that nothing else uses. */
export const dispose: typeof Symbol.dispose =
  (Symbol as { dispose?: typeof Symbol.dispose }).dispose ??
  (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);
