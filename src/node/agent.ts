/** What of this agent must be looked after while it blocks; src/sync does it. */
import type { Bell } from './bell.js';
import type { Port } from './ports.js';

export interface UserEvents {
  emit(type: 'message' | 'messageerror', data: unknown): unknown;
}

/** A port that messages come in by. */
export interface Inlet {
  readonly port: Port;
  /** What came in. False if it is none of ours, but for `user`. */
  take(data: unknown): boolean;
  /** Delivers now what has already arrived. */
  drain?(): unknown;
  /** The other end is known to be dead. */
  lost(): void;
  /** Is it known although the port does not tell? */
  isDead?(): boolean;
  /** Says to the other end what wakes this agent. */
  tell?(bell: Bell): void;
  /** What tells the user of the messages that are not ours, and of those that cannot be read. */
  readonly user?: UserEvents;
}

/**
 * The question of a blocked thread whether it waits for itself; `count` tells its questions apart.
 */
export interface Probe {
  readonly thread: number;
  readonly count: number;
}

export const agent = {
  inlets: new Set<Inlet>(),
  /** Once it has blocked for the first time. */
  bell: undefined as Bell | undefined,
  /** Now: no event comes through, and no timer. What cannot be done at once cannot be done. */
  blocked: false,
  /** Came while it blocks, and were not passed on yet. */
  probes: [] as Probe[],
};

/** Returns how to leave. */
export function join(inlet: Inlet): () => void {
  agent.inlets.add(inlet);
  if (agent.bell !== undefined) inlet.tell?.(agent.bell);
  return () => {
    agent.inlets.delete(inlet);
  };
}
