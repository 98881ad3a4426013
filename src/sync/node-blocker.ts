import type * as worker_threads from 'node:worker_threads';
import { DOORBELL_BYTES } from '../core/internal.js';
import { blockingState, type InboundPort } from '../node/inbound-ports.js';
import { LISTENS, ownedBy, RINGS, SLEEPS, STATE, type Doorbell } from '../node/doorbell.js';
import { takeFrom, type Port, type Taken } from '../node/ports.js';
import { nodeThreads } from '../node/worker-threads.js';
import type { Awaited, Blocker, End } from './blocker.js';
import { DeadlockDetector } from './deadlock.js';

type WorkerThreads = typeof worker_threads;

/**
 * Milliseconds. A thread that exits or crashes rings all bells, but is not dead yet then; one that
 * is terminated rings none. So whoever sleeps looks for the dead, soon after a bell that brought
 * nothing, and from time to time.
 */
const FIRST_PROBE_MS = 1;
const MAX_SLEEP_MS = 500;

/** Ports looked at each time, in turn. */
const MAX_PROBES = 8;

/** See Spin. */
const MAX_SKIPPED_SPINS = 63;

/** Only a peer that floods faster than it is read meets these. */
const MAX_PER_PORT = 1000;
const MAX_TURNS = 1000;

/** Undefined where it cannot be done. */
export function nodeBlocker(): Blocker | undefined {
  const threads = nodeThreads();
  if (threads === undefined || 'deno' in process.versions || 'bun' in process.versions) {
    return undefined;
  }
  return new NodeBlocker(threads);
}

class NodeBlocker implements Blocker {
  readonly #threads: WorkerThreads;
  readonly #prober: worker_threads.MessagePort;
  readonly #spin = new Spin();
  readonly #circle: DeadlockDetector;

  constructor(threads: WorkerThreads) {
    this.#threads = threads;
    this.#circle = new DeadlockDetector(threads.threadId);
    this.#prober = new threads.MessageChannel().port1;
  }

  block(awaited: Awaited, deadline: number, spin: number): End {
    const doorbell = this.#bell();
    const before = { state: Atomics.load(doorbell, STATE), blocked: blockingState.blocked };
    blockingState.blocked = true;
    this.#circle.begin();
    Atomics.store(doorbell, STATE, LISTENS);
    try {
      return this.#wait(doorbell, awaited, deadline, spin);
    } finally {
      Atomics.store(doorbell, STATE, before.state);
      blockingState.blocked = before.blocked;
      this.#circle.begin();
    }
  }

  /** From the first time on, whoever can send to this agent knows it. */
  #bell(): Doorbell {
    if (blockingState.bell === undefined) {
      blockingState.bell = new Int32Array(new SharedArrayBuffer(DOORBELL_BYTES));
      ownedBy(blockingState.bell, this.#threads.threadId);
      for (const inbound of blockingState.inlets) inbound.sendDoorbell?.(blockingState.bell);
    }
    return blockingState.bell;
  }

  #wait(doorbell: Doorbell, awaited: Awaited, deadline: number, spin: number): End {
    let spins = spin > 0 && this.#spin.isWorthIt();
    let pause = FIRST_PROBE_MS;
    /** On the clock: traffic that keeps this thread awake must not put the look off. */
    let nextLook = Infinity;
    let rang = false;
    for (;;) {
      const heard = Atomics.load(doorbell, RINGS);
      const any = this.#pump(awaited);
      if (awaited.done()) return 'done';
      if (awaited.stuck?.() === true) return 'stuck';
      if (this.#circle.isClosed(awaited)) return 'circle';
      const now = performance.now();
      if (now >= deadline) return 'late';
      if (rang && !any) pause = FIRST_PROBE_MS;
      if (now >= nextLook) {
        this.#lookForTheDead(awaited);
        this.#circle.ask(awaited);
        pause = Math.min(2 * pause, MAX_SLEEP_MS);
        nextLook = now + pause;
        rang = false;
        continue;
      }
      nextLook = Math.min(nextLook, now + pause);
      if (spins) {
        spins = false;
        if (this.#spin.hears(doorbell, heard, Math.min(now + spin / 1000, deadline))) continue;
      }
      Atomics.store(doorbell, STATE, SLEEPS);
      const rest = Math.max(0, Math.min(nextLook, deadline) - now);
      rang = Atomics.wait(doorbell, RINGS, heard, rest) !== 'timed-out';
      Atomics.store(doorbell, STATE, LISTENS);
    }
  }

  /**
   * What one port brings may be for another of this agent, so on until nothing more comes. Was
   * there any?
   */
  #pump(awaited: Awaited): boolean {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      let any = false;
      for (const inbound of blockingState.inlets) if (this.#takeFrom(inbound)) any = true;
      if (!any || awaited.done()) return turn > 0 || any;
    }
    return true;
  }

  #takeFrom(inbound: InboundPort): boolean {
    for (let taken = 0; taken < MAX_PER_PORT && blockingState.inlets.has(inbound); taken++) {
      const next = takeFrom(this.#threads, inbound.port);
      if (next === undefined) return taken > 0;
      if (!inbound.receive(next.message)) tellUser(inbound, next);
    }
    return true;
  }

  #lookForTheDead(awaited: Awaited): void {
    const awaitedFrom = (awaited.from?.() ?? []) as readonly unknown[];
    const isAwaited = (inbound: InboundPort): boolean => awaitedFrom.includes(inbound);
    const all = [...blockingState.inlets];
    for (const inbound of all.filter(isAwaited)) this.#look(inbound);
    // In turn: who was looked at goes to the end.
    for (const inbound of all.filter((each) => !isAwaited(each)).slice(0, MAX_PROBES)) {
      if (blockingState.inlets.delete(inbound)) blockingState.inlets.add(inbound);
      this.#look(inbound);
    }
  }

  #look(inbound: InboundPort): void {
    if (!blockingState.inlets.has(inbound)) return;
    if (inbound.isPeerDead?.() === true || this.#isDead(inbound.port)) inbound.peerLost();
  }

  /**
   * No event says so to an agent that blocks, so we ask with a message that cannot be sent: its
   * transfer list names the port twice. Node looks first whether it can be transferred at all. What
   * had arrived there must be read before: the news of the death comes behind it.
   */
  #isDead(port: Port): boolean {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      this.#prober.postMessage(undefined, [port, port]);
      return false;
    } catch (error) {
      return (error as Error).message.includes('detached');
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }
}

/**
 * The user's listeners are not to run in the middle of a blocking call, but before anything that
 * comes later.
 */
function tellUser({ user }: InboundPort, { message, error }: Taken): void {
  process.nextTick(() => {
    if (error === undefined) user?.emit('message', message);
    else user?.emit('messageerror', error);
  });
}

/**
 * Spinning costs less than sleep where the answer comes within the time that it takes to fall
 * asleep, and more where it does not: most of all if whoever is to answer has no core to run on
 * meanwhile. So after a spin in vain 1, 3, 7 … calls go without.
 */
class Spin {
  #toSpare = 0;
  #spared = 0;

  isWorthIt(): boolean {
    if (this.#spared === 0) return true;
    this.#spared--;
    return false;
  }

  /** Whether the bell rings before `until`. */
  hears(doorbell: Doorbell, heard: number, until: number): boolean {
    while (performance.now() < until) {
      if (Atomics.load(doorbell, RINGS) !== heard) {
        this.#toSpare = 0;
        return true;
      }
    }
    this.#toSpare = this.#spared = Math.min(2 * this.#toSpare + 1, MAX_SKIPPED_SPINS);
    return false;
  }
}
