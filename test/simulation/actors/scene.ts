/** What a scenario has: its agents, the systems of actors in them, and the calls. */
import type { Agent } from '../agent.js';
import { isUmpError } from '../library.js';
import { Random } from '../random.js';
import { outcomeOf } from '../scenario/ledger.js';
import type { World } from '../world.js';
import { Ledger } from './ledger.js';
import { References } from './references.js';
import type { System, Target } from './target.js';

type Fields = 'kind' | 'agent';

export class Scene {
  readonly world: World;
  readonly ledger = new Ledger();
  readonly references = new References();
  readonly targets: Target[] = [];
  readonly systems: System[] = [];
  /** How long each agent has computed, in milliseconds. */
  readonly computed = new Map<Agent, number>();
  /** By which each pending call can be aborted. */
  readonly aborts = new Map<number, AbortController>();
  /** Errors with which the stop of a child ended: its supervisor reports them as uncaught. */
  readonly reported = new Set<unknown>();
  /** Nothing goes wrong any more. */
  isCalm = false;
  lastHost = 0;
  readonly #seed: number;

  constructor(world: World, seed: number) {
    this.world = world;
    this.#seed = seed;
  }

  /** Depends on these numbers only, so that a shorter story stays the same. */
  randomOf(...numbers: number[]): Random {
    return new Random(numbers.reduce((sum, n) => (sum * 8191 + n) % 2 ** 32, this.#seed * 31));
  }

  newTarget(id: number, fields: Pick<Target, Fields> & Partial<Target>): Target {
    const target: Target = {
      id,
      caller: undefined as never,
      hosts: [],
      concurrency: 1,
      isBounded: false,
      isBroadcast: false,
      isPlain: false,
      hasKills: false,
      orderOf: undefined,
      registeredAs: undefined,
      heartbeat: Infinity,
      endsAtOnce: false,
      neverLoads: false,
      endedAt: undefined,
      accepted: 0,
      ...fields,
    };
    this.targets.push(target);
    return target;
  }

  wrong(what: string): void {
    this.ledger.wrong(what);
  }

  readonly compute = (agent: Agent, ms: number): void => {
    const from = Math.max(this.world.now, agent.busyUntil);
    agent.busyUntil = from + ms;
    for (const { hosts, heartbeat } of this.targets)
      for (const host of hosts) if (host.agent === agent && ms >= heartbeat / 2) host.broken();
    this.computed.set(agent, (this.computed.get(agent) ?? 0) + ms);
  };

  /** Runs code of an agent, which must not throw. */
  in(agent: Agent, what: string, code: () => void): Promise<void> {
    this.world.tell(`${agent.name}: ${what}`);
    return agent.run(() => {
      try {
        code();
      } catch (error) {
        this.wrong(`${agent.name}: ${what} threw ${outcomeOf(error)}`);
      }
    });
  }

  mayFail(what: string, error: unknown, codes: readonly string[]): void {
    const outcome = outcomeOf(error);
    if (!codes.includes(outcome)) this.wrong(`${what} rejected with ${outcome}`);
  }

  /** Ends a system, in its agent. */
  end(system: System, how: 'stop' | 'kill' | 'close'): void {
    if (how === 'close' && system.close !== undefined) {
      system.close();
      return;
    }
    system.endedAt ??= this.world.now;
    if (how === 'kill') system.kill();
    else system.stop().catch(() => undefined);
  }

  /** Watches the end of a system, which must reject only with these codes. */
  watchEnd(system: System, done: Promise<unknown>, mayReject: (code: string) => boolean): void {
    const ended = (outcome: string): void => {
      system.isDone = true;
      this.world.tell(`${system.name} is over: ${outcome}`);
    };
    done.then(
      () => {
        ended('fulfilled');
      },
      (error: unknown) => {
        const outcome = outcomeOf(error);
        ended(outcome);
        if (!isUmpError(error) || !mayReject(error.code))
          this.wrong(`${system.name} rejected with ${outcome}`);
      },
    );
  }
}
