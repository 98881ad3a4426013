/**
 * A blocked agent hears no event, so it sleeps on a bell: shared memory that its peers ring after
 * whatever they send. Three integers: how often it was rung, what its owner is doing, and the
 * owner's thread.
 */
export type Bell = Int32Array<SharedArrayBuffer>;

export const RINGS = 0;
export const STATE = 1;
const OWNER = 2;

/** Added to the thread by an owner that passes probes on: an older copy would refuse the frame. */
const PASSES_PROBES = 2 ** 30;

export const ownedBy = (bell: Bell, thread: number): void => {
  bell[OWNER] = thread + PASSES_PROBES;
};
export const ownerOf = (bell: Bell): number => Number(bell[OWNER]) % PASSES_PROBES;
export const passesProbes = (bell: Bell): boolean => Number(bell[OWNER]) >= PASSES_PROBES;

export const AWAKE = 0;
/** About to sleep, or looking whether he need not: rings are counted, but wake nobody. */
export const LISTENS = 1;
export const SLEEPS = 2;

/**
 * After sending. He who listens has said so before he looked for messages: either he finds ours, or
 * we see that he listens. The count comes before the second look, or he could fall asleep between
 * the two.
 *
 * `always`: who has just learnt of a bell may have sent something before.
 */
export function ring(bell: Bell, always = false): void {
  if (!always && Atomics.load(bell, STATE) === AWAKE) return;
  Atomics.add(bell, RINGS, 1);
  if (Atomics.load(bell, STATE) === SLEEPS) Atomics.notify(bell, RINGS);
}

/** Of those who may sleep until this agent sends something. */
const peers = new Set<Bell>();
let willSay = false;

/** From now on its owner is told when this agent ends. Returns how to forget him. */
export function tellAtExit(bell: Bell): () => void {
  peers.add(bell);
  // No thread that is terminated gets so far.
  if (!willSay) process.once('exit', ringAll);
  willSay = true;
  return () => {
    peers.delete(bell);
  };
}

/** Whoever is rung for nothing looks for the dead. */
function ringAll(): void {
  for (const bell of peers) ring(bell);
}
