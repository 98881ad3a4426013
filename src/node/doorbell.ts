/**
 * A blocked agent hears no event, so it sleeps on a bell: shared memory that its peers ring after
 * whatever they send. Three integers: how often it was rung, what its owner is doing, and the
 * owner's thread.
 */
export type Doorbell = Int32Array<SharedArrayBuffer>;

export const RINGS = 0;
export const STATE = 1;
const OWNER = 2;

/** Added to the thread by an owner that passes probes on: an older copy would refuse the frame. */
const PASSES_PROBES = 2 ** 30;

export const ownedBy = (doorbell: Doorbell, thread: number): void => {
  doorbell[OWNER] = thread + PASSES_PROBES;
};
export const ownerOf = (doorbell: Doorbell): number => Number(doorbell[OWNER]) % PASSES_PROBES;
export const passesProbes = (doorbell: Doorbell): boolean =>
  Number(doorbell[OWNER]) >= PASSES_PROBES;

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
export function ring(doorbell: Doorbell, always = false): void {
  if (!always && Atomics.load(doorbell, STATE) === AWAKE) return;
  Atomics.add(doorbell, RINGS, 1);
  if (Atomics.load(doorbell, STATE) === SLEEPS) Atomics.notify(doorbell, RINGS);
}

/** Of those who may sleep until this agent sends something. */
const peers = new Set<Doorbell>();
let exitHooked = false;

/** From now on its owner is told when this agent ends. Returns how to forget him. */
export function ringAtExit(doorbell: Doorbell): () => void {
  peers.add(doorbell);
  // No thread that is terminated gets so far.
  if (!exitHooked) process.once('exit', ringAll);
  exitHooked = true;
  return () => {
    peers.delete(doorbell);
  };
}

/** Whoever is rung for nothing looks for the dead. */
function ringAll(): void {
  for (const doorbell of peers) ring(doorbell);
}
