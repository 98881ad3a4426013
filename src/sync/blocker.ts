import type { Transport } from '../core/internal.js';

/** What a blocked agent waits for. */
export interface Awaited {
  isSettled(): boolean;
  /**
   * Whether nothing that may come in can end the wait. Called once everything that has come in was
   * handled.
   */
  isStuck?(): boolean;
  /** Where the reply would come from: checked first when the blocker looks for dead peers. */
  sources?(): readonly Transport[];
  /**
   * Asks, on behalf of that thread, whether the agent that would reply waits for the thread in
   * turn. Missing where something other than a reply from there can end the wait.
   */
  sendProbe?(thread: number, count: number): void;
}

/**
 * How a wait has ended. `circle`: threads wait for one another, this one among them; `timeout`: the
 * deadline came first.
 */
export type WaitEnd = 'settled' | 'stuck' | 'circle' | 'timeout';

/** Blocks an agent while it still handles incoming messages; each platform has its own way. */
export interface Blocker {
  /**
   * Blocks, and handles everything that comes in as far as that needs no event and no microtask.
   * `deadline` is a time of performance.now(). `spinMicros`: how long to poll before it sleeps.
   */
  block(awaited: Awaited, deadline: number, spinMicros: number): WaitEnd;
}
