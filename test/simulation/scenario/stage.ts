/** What one act works with: the cast, and random numbers of its own. */
import type { Agent } from '../agent.js';
import { Client } from '../library.js';
import type { Random } from '../random.js';
import type { AnyClient, Cast, Road } from './cast.js';
import type { Call, Stream } from './ledger.js';

export class Stage {
  readonly cast: Cast;
  readonly random: Random;
  /** Whether scripts may fail to load. */
  readonly mayFail: boolean;
  /** By which each pending call can be aborted. */
  readonly aborts: Map<Call, AbortController>;

  constructor(cast: Cast, random: Random, aborts: Map<Call, AbortController>, mayFail: boolean) {
    this.cast = cast;
    this.random = random;
    this.aborts = aborts;
    this.mayFail = mayFail;
  }

  /** One of those whose agent can run code now. */
  pick<T extends { readonly agent: Agent }>(list: readonly T[]): T | undefined {
    const able = list.filter(({ agent }) => agent.canRun);
    return able.length === 0 ? undefined : this.random.pick(able);
  }

  pickAgent(): Agent | undefined {
    return this.pick(this.cast.world.agents.map((agent) => ({ agent })))?.agent;
  }

  pickClient(): { agent: Agent; stream: Stream; client: AnyClient } | undefined {
    const { agent, stream, client } = this.pick(this.cast.callers) ?? {};
    return agent && stream && client instanceof Client ? { agent, stream, client } : undefined;
  }

  /** Takes one out of its list, because it ends here or moves. */
  take<T extends { readonly agent: Agent }>(list: T[]): T | undefined {
    const found = this.pick(list);
    if (found !== undefined) list.splice(list.indexOf(found), 1);
    return found;
  }

  /** An agent that this one can send parcels to. */
  road(from: Agent): [to: Agent, send: Road] | undefined {
    const roads = this.cast.roadsOf(from);
    return roads.length === 0 ? undefined : this.random.pick(roads);
  }

  in(agent: Agent, what: string, code: () => void): Promise<void> {
    return this.cast.in(agent, what, code);
  }
}
