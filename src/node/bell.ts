/**
 * A blocked agent hears no event, so it sleeps on a bell: shared memory that its peers ring after whatever
 * they send. Three integers: how often it was rung, what its owner is doing, and which thread he is.
 */
import { BELL_BYTES } from '../core/wire.js';

export type Bell = Int32Array;

const RINGS = 0;
const STATE = 1;
const OWNER = 2;

export const AWAKE = 0;
/** About to sleep, or looking whether he need not: rings are counted, but wake nobody. */
export const LISTENS = 1;
export const SLEEPS = 2;

type State = typeof AWAKE | typeof LISTENS | typeof SLEEPS;

export function newBell(owner: number): Bell {
  const bell = new Int32Array(new SharedArrayBuffer(BELL_BYTES));
  bell[OWNER] = owner;
  return bell;
}

export const ownerOf = (bell: Bell): number | undefined => bell[OWNER];

/**
 * After sending. He who listens has said so before he looked for messages: either he finds ours, or we see
 * that he listens. The count comes before the second look, or he could fall asleep between the two.
 */
export function ring(bell: Bell): void {
  if (Atomics.load(bell, STATE) !== AWAKE) ringOnce(bell);
}

/** Whoever has just learnt of a bell rings it once: he may have sent something before. */
export function ringOnce(bell: Bell): void {
  Atomics.add(bell, RINGS, 1);
  if (Atomics.load(bell, STATE) === SLEEPS) Atomics.notify(bell, RINGS);
}

export const rings = (bell: Bell): number => Atomics.load(bell, RINGS);

export const state = (bell: Bell): State => Atomics.load(bell, STATE) as State;

export function say(bell: Bell, now: State): void {
  Atomics.store(bell, STATE, now);
}

/** Until it was rung more than `heard` times, or so many milliseconds are over. False: they are. */
export const sleep = (bell: Bell, heard: number, milliseconds: number): boolean =>
  Atomics.wait(bell, RINGS, heard, milliseconds) !== 'timed-out';
