/** Small functions that many cases and roles share. */

/** `Symbol.dispose`, or the symbol that the package uses where the engine has none. */
export const dispose: typeof Symbol.dispose =
  (Symbol as { dispose?: typeof Symbol.dispose }).dispose ??
  (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);

/** The same for `Symbol.asyncDispose`. */
export const asyncDispose: typeof Symbol.asyncDispose =
  (Symbol as { asyncDispose?: typeof Symbol.asyncDispose }).asyncDispose ??
  (Symbol.for('Symbol.asyncDispose') as typeof Symbol.asyncDispose);

/** One turn of the event loop, in which the platform delivers messages. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0);
  });

/** Some turns, in which anything that happens without further input happens. */
export async function turns(count = 3): Promise<void> {
  for (let n = 0; n < count; n++) await turn();
}

/** Polls for a change that has no event; the watchdog ends a wait that never succeeds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** A queue of values and of waiting receivers; either side can come first. */
export class Pipeline<T> {
  readonly #values: T[] = [];
  readonly #waiting: { resolve: (value: T) => void; reject: (error: unknown) => void }[] = [];
  #failure: { error: unknown } | undefined;

  push(value: T): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#values.push(value);
    else waiting.resolve(value);
  }

  next(): Promise<T> {
    if (this.#values.length > 0) return Promise.resolve(this.#values.shift() as T);
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  fail(error: unknown): void {
    this.#failure = { error };
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/** One side waits in `opened` until the other side calls `open()`. */
export class Gate<T = void> {
  open!: (value: T) => void;
  readonly opened = new Promise<T>((resolve) => {
    this.open = resolve;
  });
}

/**
 * Never settles. A promise that nothing refers to can be collected, and with it the request that
 * waits for it, whose caller then gets `NoReply`.
 */
export const FOREVER = new Promise<never>(() => undefined);

/** The numbers from 1 to `last`. */
export const upTo = (last: number): number[] => Array.from({ length: last }, (_, at) => at + 1);

/** Collects the errors that are passed to `reportError()`, in place of the test runner. */
export async function reporting(run: (reported: unknown[]) => Promise<void>): Promise<void> {
  const reported: unknown[] = [];
  const before = Reflect.getOwnPropertyDescriptor(globalThis, 'reportError');
  Object.defineProperty(globalThis, 'reportError', {
    value: (error: unknown) => reported.push(error),
    configurable: true,
  });
  try {
    await run(reported);
  } finally {
    if (before !== undefined) Object.defineProperty(globalThis, 'reportError', before);
    else Reflect.deleteProperty(globalThis, 'reportError');
  }
}

/** While `run` runs, timers of exactly `ms` milliseconds fire only when it calls `fire()`. */
export async function timersInHand(
  ms: number,
  run: (fire: () => number) => Promise<void>,
): Promise<void> {
  const set = globalThis.setTimeout;
  const due: (() => void)[] = [];
  const own = (call: () => void, after?: number): unknown =>
    after === ms ? { at: due.push(call) } : set(call, after);
  globalThis.setTimeout = own as typeof setTimeout;
  try {
    await run(() => {
      const now = due.splice(0);
      for (const call of now) call();
      return now.length;
    });
  } finally {
    globalThis.setTimeout = set;
  }
}

/** Blocks the thread for `ms` milliseconds; meanwhile timers fall due and messages arrive. */
export function compute(ms: number): void {
  const since = performance.now();
  while (performance.now() - since < ms);
}

/**
 * Never returns to the event loop. It sleeps where it may: Deno does not stop such a thread when it
 * is terminated, and a thread that computes would slow down all later cases.
 */
export function hang(): never {
  const cell =
    typeof SharedArrayBuffer === 'undefined' ? undefined : new Int32Array(new SharedArrayBuffer(4));
  for (;;) if (cell !== undefined) Atomics.wait(cell, 0, 0, 50);
}

/** Ways to block a thread: in how many pieces, each of how many periods of its clock. */
export const BUSY_WAYS: readonly (readonly [pieces: number, periods: number])[] = [
  [2, 0.6],
  [2, 1.1],
  [1, 3],
];

/** Blocks the thread `count` times, with a turn of the event loop after each. */
export async function computeInPieces(count: number, ms: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    compute(ms);
    await turn();
  }
}
