/** `#blocker` on Node: sleeps on a doorbell and polls every port of this thread. */
import type * as worker_threads from 'node:worker_threads';
import {
  blockCallerTurns,
  DOORBELL_BYTES,
  finishBatches,
  flushUnsent,
  natives,
} from '../core/internal.js';
import { nextTick } from '../node/builtins.js';
import { LISTENS, RINGS, setOwner, SLEEPS, OWNER_STATE, type Doorbell } from '../node/doorbell.js';
import { blockingState, type InboundPort } from '../node/inbound-ports.js';
import { inBun, inDeno, takeFrom, type Port, type Taken } from '../node/ports.js';
import { nodeThreads, type WorkerThreads } from '../node/worker-threads.js';
import type { Awaited, Blocker, WaitEnd } from './blocker.js';
import { DeadlockDetector } from './deadlock.js';

/**
 * A thread that exits or crashes rings the doorbells of its peers, but its ports close only after
 * that; a thread that is terminated rings none. So a sleeping thread checks for dead peers: soon
 * after a ring that brought no message, and from time to time.
 */
const FIRST_CHECK_MS = 1;
const MAX_SLEEP_MS = 500;

/** Ports that are checked each time, in turn. */
const MAX_CHECKED = 8;

/** See SpinHistory. */
const MAX_SKIPPED_SPINS = 63;

/** Only a peer that floods faster than it is read meets these limits. */
const MAX_PER_PORT = 1000;
const MAX_ROUNDS = 1000;

/** Undefined where the ports are not Node's; Deno and Bun cannot block either. */
export function createBlocker(): Blocker | undefined {
  const threads = nodeThreads();
  if (threads === undefined || inDeno || inBun) return undefined;
  return new NodeBlocker(threads, new threads.MessageChannel().port1);
}

class NodeBlocker implements Blocker {
  readonly #threads: WorkerThreads;
  /** A port that nothing is sent through: see #isPortLost(). */
  readonly #testPort: worker_threads.MessagePort;
  readonly #state = blockingState();
  readonly #spins = new SpinHistory();
  readonly #deadlocks: DeadlockDetector;

  constructor(threads: WorkerThreads, testPort: worker_threads.MessagePort) {
    this.#threads = threads;
    this.#deadlocks = new DeadlockDetector(threads.threadId);
    this.#testPort = testPort;
  }

  block(awaited: Awaited, deadline: number, spinMicros: number): WaitEnd {
    const state = this.#state;
    const doorbell = this.#doorbell();
    const before = { ownerState: Atomics.load(doorbell, OWNER_STATE), isBlocked: state.isBlocked };
    state.isBlocked = true;
    this.#deadlocks.begin();
    Atomics.store(doorbell, OWNER_STATE, LISTENS);
    // A poll does not block.
    const endBlock = deadline > natives().now() ? blockCallerTurns() : undefined;
    try {
      return this.#wait(doorbell, awaited, deadline, spinMicros);
    } finally {
      Atomics.store(doorbell, OWNER_STATE, before.ownerState);
      state.isBlocked = before.isBlocked;
      this.#deadlocks.begin();
      endBlock?.();
    }
  }

  /** From the first time on, every agent that can send to this one knows the doorbell. */
  #doorbell(): Doorbell {
    const state = this.#state;
    if (state.doorbell === undefined) {
      state.doorbell = new Int32Array(new SharedArrayBuffer(DOORBELL_BYTES));
      setOwner(state.doorbell, this.#threads.threadId);
      for (const inbound of state.ports) inbound.sendDoorbell?.(state.doorbell);
    }
    return state.doorbell;
  }

  #wait(doorbell: Doorbell, awaited: Awaited, deadline: number, spinMicros: number): WaitEnd {
    let mustSpin = spinMicros > 0 && this.#spins.isWorthwhile();
    let pause = FIRST_CHECK_MS;
    /**
     * A time and no count, because messages that keep this thread awake must not postpone the
     * check.
     */
    let nextCheck = Infinity;
    let rang = false;
    for (;;) {
      const rings = Atomics.load(doorbell, RINGS);
      const any = this.#poll(awaited);
      finishBatches();
      flushUnsent();
      if (awaited.isSettled()) return 'settled';
      if (awaited.isStuck?.() === true) return 'stuck';
      if (this.#deadlocks.findsCircle(awaited)) return 'circle';
      const now = natives().now();
      if (now >= deadline) return 'timeout';
      if (rang && !any) pause = FIRST_CHECK_MS;
      if (now >= nextCheck) {
        this.#checkForDeadPeers(awaited);
        this.#deadlocks.startProbe(awaited);
        pause = Math.min(2 * pause, MAX_SLEEP_MS);
        nextCheck = now + pause;
        rang = false;
        continue;
      }
      nextCheck = Math.min(nextCheck, now + pause);
      if (mustSpin) {
        mustSpin = false;
        const until = Math.min(now + spinMicros / 1000, deadline);
        if (this.#spins.spin(doorbell, rings, until)) continue;
      }
      Atomics.store(doorbell, OWNER_STATE, SLEEPS);
      const rest = Math.max(0, Math.min(nextCheck, deadline) - now);
      rang = Atomics.wait(doorbell, RINGS, rings, rest) !== 'timed-out';
      Atomics.store(doorbell, OWNER_STATE, LISTENS);
    }
  }

  /**
   * A message of one port may make another port of this agent receive something, so the ports are
   * polled until nothing more comes. Returns whether there was any message.
   */
  #poll(awaited: Awaited): boolean {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      let any = false;
      for (const inbound of this.#state.ports) if (this.#takeFrom(inbound)) any = true;
      if (!any || awaited.isSettled()) return round > 0 || any;
    }
    return true;
  }

  #takeFrom(inbound: InboundPort): boolean {
    const { ports } = this.#state;
    for (let taken = 0; taken < MAX_PER_PORT && ports.has(inbound); taken++) {
      const next = takeFrom(this.#threads, inbound.port);
      if (next === undefined) return taken > 0;
      if (!inbound.receive(next.message)) emitLater(inbound, next);
    }
    return true;
  }

  #checkForDeadPeers(awaited: Awaited): void {
    const sources = (awaited.sources?.() ?? []) as readonly unknown[];
    const isSource = (inbound: InboundPort): boolean => sources.includes(inbound);
    const { ports } = this.#state;
    const all = [...ports];
    for (const inbound of all.filter(isSource)) this.#check(inbound);
    for (const inbound of all.filter((each) => !isSource(each)).slice(0, MAX_CHECKED)) {
      // A port that was checked moves to the end, so that the next check finds others.
      if (ports.delete(inbound)) ports.add(inbound);
      this.#check(inbound);
    }
  }

  #check(inbound: InboundPort): void {
    if (!this.#state.ports.has(inbound)) return;
    if (inbound.isPeerLost?.() === true || this.#isPortLost(inbound.port)) inbound.peerLost();
  }

  /**
   * A blocked agent gets no event, so it asks Node with a message that cannot be sent: its transfer
   * list names the port twice. Node first checks whether the port can be transferred at all. What
   * had arrived there must be read before: the report of its death comes after it.
   */
  #isPortLost(port: Port): boolean {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      this.#testPort.postMessage(undefined, [port, port]);
      return false;
    } catch (error) {
      return (error as Error).message.includes('detached');
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }
}

/**
 * The application's listeners must not run inside a blocking call, but must run before anything
 * that arrives later.
 */
function emitLater({ user }: InboundPort, { message, error }: Taken): void {
  nextTick(() => {
    if (error === undefined) user?.emit('message', message);
    else user?.emit('messageerror', error);
  });
}

/**
 * Spinning costs less than sleep where the reply comes within the time that it takes to fall
 * asleep, and more where it does not: most of all if the replying thread has no core to run on
 * meanwhile. So after a spin that found nothing, the next 1, 3, 7 … calls do not spin.
 */
class SpinHistory {
  #nextSkips = 0;
  #skips = 0;

  isWorthwhile(): boolean {
    if (this.#skips === 0) return true;
    this.#skips--;
    return false;
  }

  /** Returns whether the doorbell rings before `until`. */
  spin(doorbell: Doorbell, rings: number, until: number): boolean {
    const { now } = natives();
    while (now() < until) {
      if (Atomics.load(doorbell, RINGS) !== rings) {
        this.#nextSkips = 0;
        return true;
      }
    }
    this.#nextSkips = this.#skips = Math.min(2 * this.#nextSkips + 1, MAX_SKIPPED_SPINS);
    return false;
  }
}
