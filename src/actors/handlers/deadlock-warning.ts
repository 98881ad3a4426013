/** What an actor reports when handlers wait for each other in a circle. */
import { reportIfThrows } from '../support/report.js';

/** A handler that waits for the reply of the next one in the circle. */
export interface BlockedHandler {
  /** The actor's `name`, or the class of its handler; undefined if it has neither. */
  readonly actor: string | undefined;
  /** What it handles: `request add()`, `post "text"`, `init()`. */
  readonly handles: string;
  /** For how many milliseconds. */
  readonly ms: number;
}

/** Handlers that wait for each other, so that none of them can go on. */
export interface DeadlockWarning {
  /** Names all that the circle consists of. */
  readonly message: string;
  /** Each waits for the next one, and the last one for the first. */
  readonly circle: readonly BlockedHandler[];
}

export interface DeadlockOptions {
  /**
   * Milliseconds. When a handler has run for that long and waits for a reply, the actor finds out
   * whether it waits for itself: whether the reply must come from a handler that, directly or
   * through others, waits for this actor in turn. All actors of the circle must have this option.
   * By default no actor does.
   */
  deadlockAfter?: number | undefined;
  /**
   * Receives each such circle once: of its actors, the one whose handler has run for the longest
   * time reports it. Default `console.warn`, which gets the `message`. An error that it throws is
   * reported as uncaught.
   */
  onWarning?: ((warning: DeadlockWarning) => void) | undefined;
  /** Names the actor in warnings; default the class of its handler. */
  name?: string | undefined;
}

/** Reports the circle. */
export function warn(
  circle: readonly BlockedHandler[],
  onWarning: DeadlockOptions['onWarning'] = showWarning,
): void {
  const message = warningText(circle);
  reportIfThrows(() => {
    onWarning({ message, circle });
  });
}

function showWarning({ message }: DeadlockWarning): void {
  (globalThis as { console?: { warn(message: string): void } }).console?.warn(message);
}

function warningText(circle: readonly BlockedHandler[]): string {
  const [first] = circle;
  const handlers = circle.map(
    ({ actor = 'an actor', handles, ms }) => `${actor} (${handles}, for ${String(ms)} ms)`,
  );
  if (circle.length === 1) return `deadlock: ${handlers.join()} waits for a reply of its own`;
  return `deadlock: ${handlers.join(' waits for ')} waits for ${first?.actor ?? 'the first one'}`;
}

/** The longest text of a message that is shown. */
const MAX_SHOWN = 40;

/** Describes a message without showing more of it than the method it calls, or its type. */
export function describe(msg: unknown): string {
  if (typeof msg === 'string') return JSON.stringify(msg.slice(0, MAX_SHOWN));
  if (Array.isArray(msg)) {
    const [head, args] = msg as unknown[];
    // A call with progress or references begins with a list of one name.
    const name: unknown = Array.isArray(head) ? head[0] : head;
    const isCall = typeof name === 'string' && Array.isArray(args);
    return isCall ? `${name.slice(0, MAX_SHOWN)}()` : 'an array';
  }
  const type = (msg as { type?: unknown } | null | undefined)?.type;
  if (typeof type === 'string') return `{ type: ${describe(type)} }`;
  return typeof msg === 'object' && msg !== null ? 'an object' : String(msg);
}
