/** What of this agent must be looked after while it blocks. */
import { newBell, type Bell } from './bell.js';

/** Something that messages come in by. */
export interface Inlet {
  /** Takes in what has arrived, and says how much that was. */
  pump(): number;
  /** Looks whether the other end is dead. */
  probe?(): void;
  /** Says there what wakes this agent. */
  tell?(bell: Bell): void;
}

export const inlets = new Set<Inlet>();

let own: Bell | undefined;

/** Known to all who can send to this agent, once it has blocked for the first time. */
export function bellOf(thread: number): Bell {
  if (own === undefined) {
    own = newBell(thread);
    for (const inlet of inlets) inlet.tell?.(own);
  }
  return own;
}

export function join(inlet: Inlet): void {
  inlets.add(inlet);
  if (own !== undefined) inlet.tell?.(own);
}

export function leave(inlet: Inlet): void {
  inlets.delete(inlet);
}

/** No event comes through now, and no timer: what cannot be done at once cannot be done. */
export const blocked = { now: false };
