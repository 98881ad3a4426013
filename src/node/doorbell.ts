/**
 * A blocked agent receives no events, so it sleeps on a doorbell: shared memory that its peers ring
 * after each message that they send to it. It holds three integers: the number of rings, the state
 * of the owner, and the owner's thread.
 */
import { perThread } from '../core/support/per-thread.js';

export type Doorbell = Int32Array<SharedArrayBuffer>;

export const RINGS = 0;
export const OWNER_STATE = 1;
const OWNER_THREAD = 2;

/** An owner that forwards probes adds this to its thread; an older copy would refuse the frame. */
const FORWARDS_PROBES = 2 ** 30;

export const setOwner = (doorbell: Doorbell, thread: number): void => {
  doorbell[OWNER_THREAD] = thread + FORWARDS_PROBES;
};
export const ownerOf = (doorbell: Doorbell): number =>
  Number(doorbell[OWNER_THREAD]) % FORWARDS_PROBES;
export const forwardsProbes = (doorbell: Doorbell): boolean =>
  Number(doorbell[OWNER_THREAD]) >= FORWARDS_PROBES;

export const AWAKE = 0;
/** About to sleep, or checking whether it has to: rings are counted, but wake nothing. */
export const LISTENS = 1;
export const SLEEPS = 2;

/**
 * Call it after sending. The owner stores LISTENS before its last poll for messages: either that
 * poll finds ours, or we see LISTENS. The count must be incremented before OWNER_STATE is read
 * again, or the owner could fall asleep in between.
 *
 * `always`: for an agent that has just received the doorbell, and may have sent something before.
 */
export function ring(doorbell: Doorbell, always = false): void {
  if (!always && Atomics.load(doorbell, OWNER_STATE) === AWAKE) return;
  Atomics.add(doorbell, RINGS, 1);
  if (Atomics.load(doorbell, OWNER_STATE) === SLEEPS) Atomics.notify(doorbell, RINGS);
}

const atExit = perThread(() => ({
  /** The doorbells of the agents that may sleep until this one sends something. */
  doorbells: new Set<Doorbell>(),
  isHooked: false,
}));

/**
 * Rings the doorbell when this agent ends, unless it was terminated. Returns a function that undoes
 * this.
 */
export function ringAtExit(doorbell: Doorbell): () => void {
  const state = atExit();
  const { doorbells } = state;
  doorbells.add(doorbell);
  if (!state.isHooked) {
    // A ring without a message makes the sleeper check for dead peers.
    process.once('exit', () => {
      for (const each of doorbells) ring(each);
    });
  }
  state.isHooked = true;
  return () => {
    doorbells.delete(doorbell);
  };
}
