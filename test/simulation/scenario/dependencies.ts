/**
 * What may have ended something that calls depend on: a client, a server or a reply context. It
 * depends on each agent that has had it, or that it was sent to.
 */
import type { Agent } from '../agent.js';
import type { SimulatedPort } from '../platform/ports.js';

export class Dependencies {
  /** With how often the page of each had been left, which ends what is in it. */
  readonly #agents: Map<Agent, number>;
  /** That of the client which it was cloned from: it reaches its server by the same way. */
  readonly #parent: Dependencies | undefined;
  /** The ports by which it came to agents that could not learn which agent had sent it. */
  readonly #blindPorts: { readonly agent: Agent; readonly port: SimulatedPort }[] = [];
  /** The application has closed or forgotten it. */
  isClosed = false;

  constructor(agents: readonly Agent[], parent?: Dependencies) {
    this.#agents = new Map(agents.map((agent) => [agent, agent.departures]));
    this.#parent = parent;
  }

  /**
   * It is sent to that agent.
   * @param departures How often the agent's page had been left when the way there was opened.
   */
  goesTo(agent: Agent, departures = agent.departures): void {
    this.#agents.set(agent, departures);
  }

  /** It has come to that agent in a message that the library could not see. */
  comesUnseen(agent: Agent, port: SimulatedPort): void {
    this.#blindPorts.push({ agent, port });
  }

  /**
   * The agents that need not learn that it is lost: it was sent unseen by an agent that died at
   * once, and with that agent the messages were lost that would have reported it.
   */
  get unaware(): readonly Agent[] {
    const own = this.#blindPorts.filter(({ port }) => port.hasLost).map(({ agent }) => agent);
    return [...own, ...(this.#parent?.unaware ?? [])];
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
