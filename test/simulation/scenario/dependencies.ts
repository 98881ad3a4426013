/**
 * What may have ended something that calls depend on: a client, a server or a reply context. It
 * depends on each agent that has had it, or that it was sent to.
 */
import type { Agent } from '../agent.js';

export class Dependencies {
  /** With how often the page of each had been left, which ends what is in it. */
  readonly #agents: Map<Agent, number>;
  /** That of the client which it was cloned from: it reaches its server by the same way. */
  readonly #parent: Dependencies | undefined;
  /** The application has closed or forgotten it. */
  isClosed = false;

  constructor(agents: readonly Agent[], parent?: Dependencies) {
    this.#agents = new Map(agents.map((agent) => [agent, agent.departures]));
    this.#parent = parent;
  }

  /** It is sent to that agent. */
  goesTo(agent: Agent): void {
    this.#agents.set(agent, agent.departures);
  }

  /** The agent that has it now, or that it was sent to. */
  isIn(agent: Agent): boolean {
    return [...this.#agents.keys()].at(-1) === agent;
  }

  /** Whether an agent has ended that it has passed. */
  get isCutOff(): boolean {
    for (const [agent, departures] of this.#agents)
      if (!agent.isAlive || agent.departures > departures) return true;
    return this.#parent?.isCutOff === true;
  }

  /** Whether an agent has had it that breaks the protocol: then nothing is promised. */
  get isTainted(): boolean {
    for (const agent of this.#agents.keys()) if (agent.world.hostile === agent) return true;
    return this.#parent?.isTainted === true;
  }

  /** Whether another agent has had it than the first one. */
  get hasMoved(): boolean {
    return this.#agents.size > 1;
  }

  get hasEnded(): boolean {
    return this.isClosed || this.isCutOff;
  }
}
