import { perThread } from './per-thread.js';

/**
 * How many microtasks a caller may need from the end of ready() until it makes its call: it may
 * await ready() in async functions of its own.
 */
const CALLER_MICROTASKS = 20;

/** Fulfils once the code that awaits a promise, which was fulfilled just now, has run. */
export async function callerTurn(): Promise<void> {
  for (let passed = 0; passed < CALLER_MICROTASKS; passed++) await Promise.resolve();
}

/** What is to be done at the ends of turns that go on. */
const openTurns = perThread(() => new Set<() => void>());

/** Calls `over` at the end of callerTurn(), or of an earlier finishCallerTurns(). */
export function afterCallerTurn(over: () => void): void {
  const open = openTurns();
  const end = (): void => {
    if (open.delete(end)) over();
  };
  open.add(end);
  void callerTurn().then(end);
}

/** Ends all turns now: while this thread blocks, no microtask runs. */
export function finishCallerTurns(): void {
  for (const end of openTurns()) end();
}
