/** Which worker takes the next message. */
import { FanOut } from './fan-out.js';
import type { Slot } from './slot.js';
import type { Target } from '../proxies/target.js';

/**
 * `least-pending`: whoever has the fewest calls; `round-robin`: in turn; `random`; `broadcast`: all
 * of them, and of the answers to a request the first counts. Or by a key of the message: those of
 * one key go to one worker, in order.
 */
export type Route =
  'least-pending' | 'round-robin' | 'random' | 'broadcast' | ((msg: never) => string | number);

/** Undefined: nobody can take it now. */
export type Router = (slots: readonly Slot[], msg: unknown) => Target<never, never> | undefined;

const free = (slot: Slot): boolean => slot.isUp && slot.hasRoom;

/** Of those with as few calls, whoever got the fewest posts. */
const leastPending = (slots: readonly Slot[]): Slot | undefined =>
  first(slots, (slot, best) =>
    slot.pending === best.pending ? slot.posts < best.posts : slot.pending < best.pending,
  );

const roundRobin = (slots: readonly Slot[]): Slot | undefined =>
  first(slots, (slot, best) => slot.used < best.used);

/** Of those that are free. */
function first(
  slots: readonly Slot[],
  isBetter: (slot: Slot, best: Slot) => boolean,
): Slot | undefined {
  let best: Slot | undefined;
  for (const slot of slots) {
    if ((best === undefined || isBetter(slot, best)) && free(slot)) best = slot;
  }
  return best;
}

const random: Router = (slots) => {
  const able = slots.filter(free);
  return able[Math.floor(Math.random() * able.length)];
};

/** Whoever does not run gets it when he does. */
const broadcast: Router = (slots) =>
  slots.some(({ isUp }) => isUp) ? new FanOut(slots) : undefined;

/**
 * Whether it runs or not, and whatever it has to do: what is for it waits there. Without a message
 * anybody will do.
 */
const byKey =
  (keyOf: (msg: never) => string | number): Router =>
  (slots, msg) =>
    msg === undefined
      ? leastPending(slots)
      : slots[hash(String(keyOf(msg as never))) % slots.length];

/** FNV-1a. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  }
  return sum >>> 0;
}

const named: Record<string, Router> = {
  'least-pending': leastPending,
  'round-robin': roundRobin,
  random,
  broadcast,
};

export function routerOf(route: Route): Router | undefined {
  return typeof route === 'function'
    ? byKey(route)
    : Object.hasOwn(named, route)
      ? named[route]
      : undefined;
}
