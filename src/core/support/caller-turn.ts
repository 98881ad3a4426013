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

/** What keeps something for callers in this thread until their turn is over. */
export interface TurnKeeper {
  /** This thread begins to block, or goes on. While it blocks, no caller runs. */
  onBlocking(): void;
}

interface CallerTurns {
  isBlocked: boolean;
  /** Those for which a change of `isBlocked` matters. */
  readonly keepers: Set<TurnKeeper>;
}

export const callerTurns = perThread<CallerTurns>(() => ({ isBlocked: false, keepers: new Set() }));

/** To be called before this thread blocks; returns the function to be called after that. */
export function blockCallerTurns(): () => void {
  const turns = callerTurns();
  const before = turns.isBlocked;
  const set = (isBlocked: boolean): void => {
    if (turns.isBlocked === isBlocked) return;
    turns.isBlocked = isBlocked;
    for (const keeper of [...turns.keepers]) keeper.onBlocking();
  };
  set(true);
  return () => {
    set(before);
  };
}
