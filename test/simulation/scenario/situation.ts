/** What one operation works with: the inventory, and random numbers of its own. */
import type { Agent } from '../agent.js';
import { Client } from '../library.js';
import type { Random } from '../random.js';
import type { AnyClient, Caller, Hosting, Inventory, Route, Subject } from './inventory.js';
import type { Call, Sequence } from './ledger.js';

const MAX_AGENTS = 7;
/** How long, in milliseconds, such an agent still lives at most. */
const MAX_LIFE_MS = 10;

export class Situation {
  readonly inventory: Inventory;
  readonly random: Random;
  /** Whether agents may end early, and scripts may fail to load. */
  readonly hasDeaths: boolean;
  /** By which each pending call can be aborted. */
  readonly aborts: Map<Call, AbortController>;

  constructor(
    inventory: Inventory,
    random: Random,
    aborts: Map<Call, AbortController>,
    hasDeaths: boolean,
  ) {
    this.inventory = inventory;
    this.random = random;
    this.aborts = aborts;
    this.hasDeaths = hasDeaths;
  }

  /** No agent is added to these. */
  get isCrowded(): boolean {
    return this.inventory.world.agents.filter(({ isAlive }) => isAlive).length >= MAX_AGENTS;
  }

  /** One of those whose agent can run code now. */
  pick<T extends { readonly agent: Agent }>(list: readonly T[]): T | undefined {
    const able = list.filter(({ agent }) => agent.canRun);
    return able.length === 0 ? undefined : this.random.pick(able);
  }

  pickAgent(): Agent | undefined {
    return this.pick(this.inventory.world.agents.map((agent) => ({ agent })))?.agent;
  }

  pickClient(): { agent: Agent; sequence: Sequence; client: AnyClient } | undefined {
    const { agent, sequence, client } = this.pick(this.inventory.callers) ?? {};
    return agent && sequence && client instanceof Client ? { agent, sequence, client } : undefined;
  }

  /**
   * One that still reads its mailbox, and has had a client: one that awaits its first client by an
   * endpoint does so no longer if it gets another and then moves.
   */
  pickServer(): Hosting | undefined {
    const isInUse = ({ record }: Hosting): boolean =>
      !record.dependencies.isClosed && record.sequences.some(({ lastTaken }) => lastTaken > 0);
    return this.pick(this.inventory.hosts.filter(isInUse));
  }

  /** Takes one out of its list, because it ends here or moves. */
  take<T extends { readonly agent: Agent }>(list: T[]): T | undefined {
    const found = this.pick(list);
    if (found !== undefined) this.remove(list, found);
    return found;
  }

  remove<T>(list: T[], item: T): void {
    list.splice(list.indexOf(item), 1);
  }

  /** An agent that this one can send handovers to. */
  route(from: Agent): [to: Agent, send: Route] | undefined {
    const routes = this.inventory.routesFrom(from);
    return routes.length === 0 ? undefined : this.random.pick(routes);
  }

  /** The agent may be terminated while something is on its way to it. */
  mayTerminate(agent: Agent): void {
    const found = this.inventory.workers.find(({ worker }) => worker.agent === agent);
    if (!this.hasDeaths || found === undefined || !this.random.chance(0.1)) return;
    found.agent.after(this.random.next() * MAX_LIFE_MS, () => {
      found.worker.terminate();
    });
  }

  /** @param subject The code may fail if this has ended. */
  in(agent: Agent, what: string, code: () => void, subject?: Subject): Promise<void> {
    return this.inventory.in(agent, what, code, subject);
  }

  /**
   * A client that was made from one whose sequence is `from`.
   * @param isLater Its messages come after those that were sent by the other one before.
   */
  joinClone(agent: Agent, client: Caller['client'], from: Sequence, isLater = false): void {
    const { inventory } = this;
    const sequence = inventory.ledger.newSequence(from.server, agent, from);
    if (isLater) sequence.after = { sequence: from, n: from.sent };
    inventory.join(agent, client, sequence);
  }
}
