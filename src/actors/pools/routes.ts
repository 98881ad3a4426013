/** Which worker gets the next message. */
import { perThread, raise } from '../../core/internal.js';
import { now } from '../support/now.js';
import { FanOut } from './fan-out.js';
import type { Slot } from './slot.js';
import type { CallTarget } from '../proxies/call-target.js';

/**
 * `least-pending`: the free worker with the fewest calls; `round-robin`: the free worker that was
 * used longest ago; `random`: any free worker; `broadcast`: all workers, and the first successful
 * reply counts. A function returns the key of a message: messages with the same key go to the same
 * worker, in order.
 */
export type Route =
  'least-pending' | 'round-robin' | 'random' | 'broadcast' | ((msg: never) => string | number);

/** Returns undefined if no worker can take a message now. */
export type Router = (slots: readonly Slot[]) => CallTarget<never, never> | undefined;

const isFree = (slot: Slot): boolean => slot.state === 'free';

/** Among slots with equally few calls, the one with the fewest posts. */
const leastPending = (slots: readonly Slot[]): Slot | undefined =>
  bestFree(slots, (slot, best) =>
    slot.pending === best.pending ? slot.posts < best.posts : slot.pending < best.pending,
  );

const roundRobin = (slots: readonly Slot[]): Slot | undefined =>
  bestFree(slots, (slot, best) => slot.lastUse < best.lastUse);

function bestFree(
  slots: readonly Slot[],
  isBetter: (slot: Slot, best: Slot) => boolean,
): Slot | undefined {
  let best: Slot | undefined;
  for (const slot of slots) {
    if ((best === undefined || isBetter(slot, best)) && isFree(slot)) best = slot;
  }
  return best;
}

interface RandomState {
  /** Any 32-bit number but 0. */
  state: number;
}

/** A generator of this package: a page or a test may replace or seed `Math.random`. */
const randomState = perThread<RandomState>(() => ({ state: now() * 1000 || 1 }));

/** The next number of a xorshift generator, 0 or more and below `end`. */
function randomBelow(end: number): number {
  const own = randomState();
  let { state } = own;
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  own.state = state === 0 ? 1 : state;
  return (own.state >>> 0) % end;
}

const random: Router = (slots) => {
  const free = slots.filter(isFree);
  return free.length === 0 ? undefined : free[randomBelow(free.length)];
};

/**
 * Workers that are down get the message once they have been restarted; for one that is worn out it
 * waits in the queue.
 */
const broadcast: Router = (slots) =>
  slots.some(({ isUp }) => isUp) && slots.every(({ state }) => state !== 'worn out')
    ? new FanOut(slots)
    : undefined;

/** The index of the slot, among `slots` slots, whose worker gets the messages of this key. */
export function slotIndexOf(
  stackStartFn: unknown,
  keyOf: (msg: never) => string | number,
  msg: unknown,
  slots: number,
): number {
  let key: string;
  try {
    key = String(keyOf(msg as never));
  } catch (cause) {
    return raise(stackStartFn, 'InvalidArgument', 'the key function threw: see cause', { cause });
  }
  return hash(key) % slots;
}

/** The FNV-1a hash function. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  }
  return sum >>> 0;
}

const routers: Record<string, Router> = {
  'least-pending': leastPending,
  'round-robin': roundRobin,
  random,
  broadcast,
};

/** With a key: for what may go to any worker. Returns undefined for an unknown route. */
export function routerOf(route: Route): Router | undefined {
  if (typeof route === 'function') return leastPending;
  return Object.hasOwn(routers, route) ? routers[route] : undefined;
}
