/** Which worker takes the next message. */
import { FanOut } from './fan-out.js';
import type { Slot } from './slot.js';
import type { Target } from '../relays/target.js';

/**
 * `least-pending`: whoever has the fewest calls; `round-robin`: in turn; `random`; `broadcast`: all of them, and of the answers to
 * a request the first counts. Or by a key of the message: those of one key go to one worker, in order.
 */
export type Route =
  'least-pending' | 'round-robin' | 'random' | 'broadcast' | ((msg: never) => string | number);

/** Undefined: nobody can take it now. */
export type Router = (slots: readonly Slot[], msg: unknown) => Target<never, never> | undefined;

const free = (slot: Slot): boolean => slot.isUp && slot.hasRoom;

function leastPending(slots: readonly Slot[]): Slot | undefined {
  let best: Slot | undefined;
  for (const slot of slots) {
    if ((best === undefined || slot.pending < best.pending) && free(slot)) best = slot;
  }
  return best;
}

function roundRobin(): Router {
  let next = 0;
  return (slots) => {
    const turn = next % Math.max(slots.length, 1);
    const found = [...slots.slice(turn), ...slots.slice(0, turn)].find(free);
    if (found !== undefined) next = slots.indexOf(found) + 1;
    return found;
  };
}

const random: Router = (slots) => {
  const able = slots.filter(free);
  return able[Math.floor(Math.random() * able.length)];
};

/** Whoever does not run gets it when he does. */
const broadcast: Router = (slots) =>
  slots.some(({ isUp }) => isUp) ? new FanOut(slots) : undefined;

/** Whether it runs or not, and whatever it has to do: what is for it waits there. Without a message anybody will do. */
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

const named: Record<string, () => Router> = {
  'least-pending': () => leastPending,
  'round-robin': roundRobin,
  random: () => random,
  broadcast: () => broadcast,
};

export function routerOf(route: Route): Router | undefined {
  return typeof route === 'function'
    ? byKey(route)
    : Object.hasOwn(named, route)
      ? named[route]?.()
      : undefined;
}
