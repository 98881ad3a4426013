import type { Agent } from './agent.js';

/** What one source of an agent's tasks has to run, in order. */
export class TaskQueue {
  readonly agent: Agent;
  readonly #tasks: { due: number; run: () => void }[] = [];
  /** Where it stands in the list of the world's queues; -1: it is empty. */
  at = -1;

  /** Its tasks run when nothing else in that agent is due: Node's immediates. */
  readonly isLast: boolean;

  constructor(agent: Agent, isLast = false) {
    this.agent = agent;
    this.isLast = isLast;
  }

  /** When its first task is due. */
  get due(): number {
    return this.#tasks[0]!.due;
  }

  /** Adds a task, which is not due before those that are in the queue. */
  add(due: number, run: () => void): void {
    const last = this.#tasks.at(-1);
    this.#tasks.push({ due: Math.max(due, last?.due ?? 0), run });
    if (last === undefined) this.agent.world.join(this);
  }

  /** Takes the first task out. */
  take(): () => void {
    const { run } = this.#tasks.shift()!;
    if (this.#tasks.length === 0) this.agent.world.leave(this);
    return run;
  }

  clear(): void {
    if (this.#tasks.length > 0) this.agent.world.leave(this);
    this.#tasks.length = 0;
  }
}
