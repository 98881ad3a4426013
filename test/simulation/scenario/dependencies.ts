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
  /** The ports by which it was sent in messages that the library could not see. */
  readonly #unseen = new Set<SimulatedPort>();
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
    // The last one is where it is now.
    this.#agents.delete(agent);
    this.#agents.set(agent, departures);
  }

  /** It is sent in a message of the application. */
  goesUnseen(port: SimulatedPort): void {
    this.#unseen.add(port);
  }

  /** The library has seen that message where it came in. */
  wasSeen(port: SimulatedPort): void {
    this.#unseen.delete(port);
  }

  /**
   * Whether no agent need learn that it is lost: it was sent unseen by an agent that died at once,
   * and with that agent the port, or the messages that would have reported its holder.
   */
  get isUnreported(): boolean {
    return [...this.#unseen].some(({ hasLost }) => hasLost) || this.#parent?.isUnreported === true;
  }

  /** The agents that have had it. */
  get agents(): readonly Agent[] {
    return [...this.#agents.keys()];
  }

  /** The agents that have had it since that one did. */
  since(agent: Agent): readonly Agent[] {
    return this.agents.slice(this.agents.indexOf(agent));
  }

  /** The agent that has it, or that it was sent to. */
  get last(): Agent {
    return this.agents.at(-1)!;
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
