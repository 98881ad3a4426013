/** How an agent of Node blocks without going deaf. */
import { bellOf, blocked, inlets } from './agent.js';
import { LISTENS, SLEEPS, rings, say, sleep, state, type Bell } from './bell.js';

/** Milliseconds. A dying thread rings no bell, so whoever sleeps looks for the dead from time to time. */
const FIRST_LOOK = 1;
const LONGEST_SLEEP = 20;

/** Ports probed at each look, in turn. */
const MOST_PROBED = 8;

/** Only a peer that floods faster than it is read meets the bound. */
const MOST_TURNS = 1000;

/** What a blocked agent waits for. */
export interface Awaited {
  done(): boolean;
  /** Nothing that could come can bring it about. Asked once all that has come is dealt with. */
  stuck?(): boolean;
  /** Looks whether those are dead whom it waits for. */
  probe?(): void;
}

export interface Blocker {
  /**
   * Blocks, while everything that comes in is dealt with as far as it can be without an event or a microtask.
   * `late`: the deadline, on the clock of performance.now(), came first. `spin`: microseconds without sleep
   * to begin with.
   */
  block(awaited: Awaited, deadline: number, spin: number): 'done' | 'stuck' | 'late';
}

/** Undefined where it cannot be done. */
export function nodeBlocker(): Blocker | undefined {
  const { process } = globalThis as { process?: NodeJS.Process };
  if ('Deno' in globalThis || 'Bun' in globalThis) return undefined;
  const threads = process?.getBuiltinModule('node:worker_threads');
  if (threads === undefined) return undefined;
  return {
    block: (awaited, deadline, spin) => {
      const bell = bellOf(threads.threadId);
      const before = { state: state(bell), blocked: blocked.now };
      blocked.now = true;
      say(bell, LISTENS);
      try {
        return wait(bell, awaited, deadline, performance.now() + spin / 1000);
      } finally {
        say(bell, before.state);
        blocked.now = before.blocked;
      }
    },
  };
}

function wait(
  bell: Bell,
  awaited: Awaited,
  deadline: number,
  awakeUntil: number,
): 'done' | 'stuck' | 'late' {
  for (let nextLook = FIRST_LOOK; ;) {
    const heard = rings(bell);
    pump(awaited);
    if (awaited.done()) return 'done';
    if (awaited.stuck?.() === true) return 'stuck';
    const now = performance.now();
    if (now >= deadline) return 'late';
    if (rangWithin(bell, heard, Math.min(awakeUntil, deadline))) continue;
    say(bell, SLEEPS);
    const rang = sleep(bell, heard, Math.max(0, Math.min(nextLook, deadline - now)));
    say(bell, LISTENS);
    if (rang) continue;
    nextLook = Math.min(2 * nextLook, LONGEST_SLEEP);
    pump(awaited);
    awaited.probe?.();
    probeSome();
  }
}

/** Spinning: cheaper than sleep where the answer comes within the time that it takes to fall asleep. */
function rangWithin(bell: Bell, heard: number, until: number): boolean {
  while (performance.now() < until) if (rings(bell) !== heard) return true;
  return false;
}

/** What one line brings may be for another of this agent, so on until nothing more comes. */
function pump(awaited: Awaited): void {
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    let taken = 0;
    for (const inlet of inlets) taken += inlet.pump();
    if (taken === 0 || awaited.done()) return;
  }
}

/** In turn: he who was looked at goes to the end. */
function probeSome(): void {
  for (const inlet of [...inlets].slice(0, MOST_PROBED)) {
    inlets.delete(inlet);
    inlets.add(inlet);
    inlet.probe?.();
  }
}
