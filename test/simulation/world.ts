/**
 * A world in which agents run: one thread, virtual time, and an order that a seed decides.
 *
 * Everything that happens to an agent is a task in one of its queues (a port, a timer, a lock).
 * Tasks of one queue run in order; between queues there is no order, so each step picks one of the
 * queues whose first task is due. A step is one task of one agent and all microtasks that follow
 * from it. When nothing is due, the clock jumps to the next task.
 */
import type { Agent } from './agent.js';
import { LockManager } from './platform/locks.js';
import { Random } from './random.js';
import type { TaskQueue } from './task-queue.js';

/** An error that no code of an agent caught, or a promise that was rejected and never handled. */
export interface Uncaught {
  readonly agent: Agent;
  readonly error: unknown;
}

export class World {
  readonly random: Random;
  /** Milliseconds of virtual time. */
  now = 0;
  steps = 0;
  readonly agents: Agent[] = [];
  readonly uncaught: Uncaught[] = [];
  /** The queues that have tasks. */
  readonly #queues: TaskQueue[] = [];
  readonly #ready: TaskQueue[] = [];
  readonly #locks = new Map<string, LockManager>();
  /** The one that breaks the protocol. */
  hostile: Agent | undefined;
  /** By origin and name. */
  readonly sharedWorkers = new Map<string, { readonly agent: Agent }>();
  /** What has happened, for the story of a failure; undefined: it is not recorded. */
  events: string[] | undefined;
  /** Whether the story has each message. */
  recordsMessages = false;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** All agents of one origin share their locks. */
  locksOf(origin: string): LockManager {
    const locks = this.#locks.get(origin) ?? new LockManager();
    this.#locks.set(origin, locks);
    return locks;
  }

  tell(event: string): void {
    this.events?.push(`${this.now.toFixed(1).padStart(9)} ms  ${event}`);
  }

  tellMessage(text: () => string): void {
    if (this.recordsMessages) this.tell(text());
  }

  join(queue: TaskQueue): void {
    queue.at = this.#queues.push(queue) - 1;
  }

  leave(queue: TaskQueue): void {
    const last = this.#queues.pop()!;
    if (last !== queue) {
      this.#queues[queue.at] = last;
      last.at = queue.at;
    }
    queue.at = -1;
  }

  /** Runs one task; false if there is none before `until` (in virtual milliseconds). */
  async step(until = Infinity): Promise<boolean> {
    const queue = this.#next(until);
    if (queue === undefined) return false;
    this.steps++;
    const run = queue.take();
    await queue.agent.run(run);
    return true;
  }

  #next(until: number): TaskQueue | undefined {
    const ready = this.#ready;
    ready.length = 0;
    let earliest = Infinity;
    for (const queue of this.#queues) {
      const due = Math.max(queue.due, queue.agent.busyUntil);
      if (due <= this.now) ready.push(queue);
      else if (due < earliest) earliest = due;
    }
    if (ready.length > 0) {
      const picked = this.random.pick(ready);
      if (!picked.isLast) return picked;
      return ready.find(({ agent, isLast }) => agent === picked.agent && !isLast) ?? picked;
    }
    if (earliest > until) return undefined;
    this.now = earliest;
    return this.#next(until);
  }

  /** Runs until nothing is left to do, or the time has come. */
  async runUntil(time: number): Promise<void> {
    while (await this.step(time));
    if (time !== Infinity) this.now = Math.max(this.now, time);
  }
}
