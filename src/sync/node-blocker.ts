import type * as worker_threads from 'node:worker_threads';
import { BELL_BYTES } from '../core/wire.js';
import { agent, type Inlet } from '../node/agent.js';
import { LISTENS, ownedBy, RINGS, SLEEPS, STATE, type Bell } from '../node/bell.js';
import { takeFrom, type Port, type Taken } from '../node/ports.js';
import { nodeThreads } from '../node/threads.js';
import type { Awaited, Blocker, End } from './blocker.js';
import { Circle } from './circle.js';

type WorkerThreads = typeof worker_threads;

/**
 * Milliseconds. A thread that exits or crashes rings all bells, but is not dead yet then; one that
 * is terminated rings none. So whoever sleeps looks for the dead, soon after a bell that brought
 * nothing, and from time to time.
 */
const FIRST_LOOK = 1;
const LONGEST_SLEEP = 500;

/** Ports looked at each time, in turn. */
const MOST_LOOKS = 8;

/** See Spin. */
const MOST_SPARED = 63;

/** Only a peer that floods faster than it is read meets these. */
const MOST_AT_ONCE = 1000;
const MOST_TURNS = 1000;

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
  readonly #circle: Circle;

  constructor(threads: WorkerThreads) {
    this.#threads = threads;
    this.#circle = new Circle(threads.threadId);
    this.#prober = new threads.MessageChannel().port1;
  }

  block(awaited: Awaited, deadline: number, spin: number): End {
    const bell = this.#bell();
    const before = { state: Atomics.load(bell, STATE), blocked: agent.blocked };
    agent.blocked = true;
    this.#circle.begin();
    Atomics.store(bell, STATE, LISTENS);
    try {
      return this.#wait(bell, awaited, deadline, spin);
    } finally {
      Atomics.store(bell, STATE, before.state);
      agent.blocked = before.blocked;
      this.#circle.begin();
    }
  }

  /** From the first time on, whoever can send to this agent knows it. */
  #bell(): Bell {
    if (agent.bell === undefined) {
      agent.bell = new Int32Array(new SharedArrayBuffer(BELL_BYTES));
      ownedBy(agent.bell, this.#threads.threadId);
      for (const inlet of agent.inlets) inlet.tell?.(agent.bell);
    }
    return agent.bell;
  }

  #wait(bell: Bell, awaited: Awaited, deadline: number, spin: number): End {
    let spins = spin > 0 && this.#spin.isWorthIt();
    let pause = FIRST_LOOK;
    /** On the clock: traffic that keeps this thread awake must not put the look off. */
    let nextLook = Infinity;
    let rang = false;
    for (;;) {
      const heard = Atomics.load(bell, RINGS);
      const any = this.#pump(awaited);
      if (awaited.done()) return 'done';
      if (awaited.stuck?.() === true) return 'stuck';
      if (this.#circle.isClosed(awaited)) return 'circle';
      const now = performance.now();
      if (now >= deadline) return 'late';
      if (rang && !any) pause = FIRST_LOOK;
      if (now >= nextLook) {
        this.#lookForTheDead(awaited);
        this.#circle.ask(awaited);
        pause = Math.min(2 * pause, LONGEST_SLEEP);
        nextLook = now + pause;
        rang = false;
        continue;
      }
      nextLook = Math.min(nextLook, now + pause);
      if (spins) {
        spins = false;
        if (this.#spin.hears(bell, heard, Math.min(now + spin / 1000, deadline))) continue;
      }
      Atomics.store(bell, STATE, SLEEPS);
      const rest = Math.max(0, Math.min(nextLook, deadline) - now);
      rang = Atomics.wait(bell, RINGS, heard, rest) !== 'timed-out';
      Atomics.store(bell, STATE, LISTENS);
    }
  }

  /**
   * What one port brings may be for another of this agent, so on until nothing more comes. Was
   * there any?
   */
  #pump(awaited: Awaited): boolean {
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      let any = false;
      for (const inlet of agent.inlets) if (this.#takeFrom(inlet)) any = true;
      if (!any || awaited.done()) return turn > 0 || any;
    }
    return true;
  }

  #takeFrom(inlet: Inlet): boolean {
    for (let taken = 0; taken < MOST_AT_ONCE && agent.inlets.has(inlet); taken++) {
      const next = takeFrom(this.#threads, inlet.port);
      if (next === undefined) return taken > 0;
      if (!inlet.take(next.message)) tellUser(inlet, next);
    }
    return true;
  }

  #lookForTheDead(awaited: Awaited): void {
    const awaitedFrom = (awaited.from?.() ?? []) as readonly unknown[];
    const isAwaited = (inlet: Inlet): boolean => awaitedFrom.includes(inlet);
    const all = [...agent.inlets];
    for (const inlet of all.filter(isAwaited)) this.#look(inlet);
    // In turn: who was looked at goes to the end.
    for (const inlet of all.filter((each) => !isAwaited(each)).slice(0, MOST_LOOKS)) {
      if (agent.inlets.delete(inlet)) agent.inlets.add(inlet);
      this.#look(inlet);
    }
  }

  #look(inlet: Inlet): void {
    if (!agent.inlets.has(inlet)) return;
    if (inlet.isDead?.() === true || this.#isDead(inlet.port)) inlet.lost();
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
function tellUser({ user }: Inlet, { message, error }: Taken): void {
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
  hears(bell: Bell, heard: number, until: number): boolean {
    while (performance.now() < until) {
      if (Atomics.load(bell, RINGS) !== heard) {
        this.#toSpare = 0;
        return true;
      }
    }
    this.#toSpare = this.#spared = Math.min(2 * this.#toSpare + 1, MOST_SPARED);
    return false;
  }
}
