import type { UmpError } from '../../core/internal.js';

/** What happened to a child of a supervisor, to a worker of a pool, or to all of them. */
export type SupervisorEvent =
  /** A child runs. `restarts`: how often it has been restarted so far. */
  | { type: 'started'; child: string; restarts: number }
  /** A child ended by itself. Without `error`, its `done` fulfilled. */
  | { type: 'ended'; child: string; error?: unknown }
  /** A child is restarted in `after` milliseconds, together with the children in `with`. */
  | { type: 'restarting'; child: string; after: number; with: string[] }
  /** The supervisor stopped a child. `killed`: it did not end in time. */
  | { type: 'stopped'; child: string; killed: boolean }
  /** There were too many restarts, the last because of this child. */
  | { type: 'gave up'; child: string; error: UmpError }
  /** All children have ended after stop(), kill() or a pool's close(). */
  | { type: 'over' };
