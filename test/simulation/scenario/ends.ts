/** Promises that must settle once everything is closed. */
import type { Agent } from '../agent.js';
import type { Ledger } from './ledger.js';

interface Ending {
  readonly agent: Agent;
  readonly what: string;
  readonly end: () => Promise<unknown>;
}

export class Ends {
  readonly #open = new Set<Ending>();

  /** Asks each for its end, in its agent. */
  async watch(all: readonly Ending[]): Promise<void> {
    for (const each of all) {
      if (!each.agent.isAlive) continue;
      this.#open.add(each);
      await each.agent.run(() => {
        void each.end().then(() => this.#open.delete(each));
      });
    }
  }

  /** @param unaware Agents that need not learn what has ended. */
  audit(ledger: Ledger, unaware: ReadonlySet<Agent>): void {
    for (const { agent, what } of this.#open)
      if (agent.isAlive && !unaware.has(agent)) ledger.wrong(`${what} in ${agent.name} has no end`);
  }
}
