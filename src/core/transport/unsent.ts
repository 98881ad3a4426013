/** What this agent holds back in a turn, and must not keep while it blocks or exits. */
import { perThread } from '../support/per-thread.js';

export interface HeldBack {
  flush(): void;
}

export const unsent = perThread(() => new Set<HeldBack>());

/** Sends what is held back, and delivers what has come in with it. */
export function flushUnsent(): void {
  for (const each of unsent()) each.flush();
}
