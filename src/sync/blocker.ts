import type { Transport } from '../core/internal.js';

/** What a blocked agent waits for. */
export interface Awaited {
  done(): boolean;
  /** Nothing that could come can bring it about. Asked once all that has come is dealt with. */
  stuck?(): boolean;
  /** Where it would come from: looked at first when it is time to look for the dead. */
  from?(): readonly Transport[];
  /**
   * Asks, on behalf of that thread, whether the agent that it would come from waits for the thread
   * in turn. Missing where something else than an answer from there can end the wait.
   */
  probe?(thread: number, count: number): void;
}

/** `circle`: threads wait for one another, this one among them; `late`: the deadline came first. */
export type End = 'done' | 'stuck' | 'circle' | 'late';

/** How an agent blocks without going deaf: what a platform lends to the blocking calls. */
export interface Blocker {
  /**
   * Blocks, while everything that comes in is dealt with as far as it can be without an event or a
   * microtask. `deadline`: on the clock of performance.now(). `spin`: microseconds without sleep to
   * begin with.
   */
  block(awaited: Awaited, deadline: number, spin: number): End;
}
