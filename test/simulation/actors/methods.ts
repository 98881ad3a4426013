/** The methods of every actor of a scenario, which record what they do. */
import { running, type Agent } from '../agent.js';
import { Intended, type Execution, type Ledger } from './ledger.js';
import type { Host } from './host.js';
import { actor, register, remoteObject, stop, type Callback } from './library.js';
import type { Actor, Remote, RemoteObject } from './library.js';
import type { Kept, References } from './references.js';

export interface Counter {
  add(n: number): number;
}

export interface Methods {
  ping(): number;
  work(id: number, ms: number): Promise<number>;
  fail(id: number, ms: number): Promise<never>;
  compute(id: number, ms: number): number;
  items(id: number, count: number, ms: number, fails: boolean): AsyncGenerator<number, string>;
  report(id: number, count: number, ms: number): Promise<number>;
  callBack(
    id: number,
    count: number,
    keeps: boolean,
    call: Callback<[n: number], number>,
  ): Promise<number>;
  load(id: number, limit: number, source: AsyncIterable<number>): Promise<number>;
  open(id: number): RemoteObject<Counter>;
  quit(id: number): unknown;
}

export interface Posts {
  note(id: number): void;
}

/** What each actor serves. */
export type Served = Actor<Posts, Methods>;
export type Caller = Remote<Served>;

/** The agent's own timer. */
export const pause = (ms: number): Promise<void> =>
  new Promise((done) => void setTimeout(done, ms));

/** What the methods of one scenario share. */
export interface Surroundings {
  readonly ledger: Ledger;
  readonly references: References;
  /** The agent computes for `ms` milliseconds. */
  compute(agent: Agent, ms: number): void;
}

export function methodsOf(host: Host, { ledger, references, compute }: Surroundings) {
  const { target } = host;
  const begin = (id: number): Execution => {
    if (running.agent !== host.agent) ledger.wrong(`call ${id} runs in another agent`);
    if (host.endedAt !== undefined) ledger.wrong(`call ${id} begins in an actor that has ended`);
    host.agent.world.tell(`worker ${host.number} begins call ${id}`);
    return ledger.begin(id, host);
  };
  const during = async <T>(id: number, work: () => Promise<T>): Promise<T> => {
    const execution = begin(id);
    if (++host.running > target.concurrency)
      ledger.wrong(`worker ${host.number} has ${host.running} calls at a time`);
    try {
      const value = await work();
      execution.end = 'returned';
      return value;
    } catch (error) {
      execution.end = 'threw';
      throw error;
    } finally {
      host.running--;
    }
  };
  const methods = {
    ping: () => host.number,
    work: (id: number, ms: number) => during(id, () => pause(ms).then(() => id)),
    fail: (id: number, ms: number) =>
      during(id, async () => {
        await pause(ms);
        throw new Intended(`intended ${id}`);
      }),
    compute(id: number, ms: number) {
      begin(id).end = 'returned';
      compute(host.agent, ms);
      return id;
    },
    async *items(id: number, count: number, ms: number, fails: boolean) {
      const execution = begin(id);
      const stream = references.produces(id, host.agent);
      try {
        for (let n = 0; n < count; n++) {
          ledger.produced(id, n + 1);
          yield n;
          if (ms > 0) await pause(ms);
        }
        if (fails) throw new Intended(`intended ${id}`);
        execution.end = 'returned';
        return `end ${id}`;
      } catch (error) {
        execution.end = 'threw';
        throw error;
      } finally {
        stream.isOver = true;
      }
    },
    report(this: { progress(value: unknown): void }, id: number, count: number, ms: number) {
      return during(id, async () => {
        for (let n = 0; n < count; n++) {
          this.progress(n);
          if (ms > 0) await pause(ms);
        }
        return id;
      });
    },
    callBack: (id: number, count: number, keeps: boolean, call: Callback<[number], number>) =>
      during(id, async () => {
        const kept: Kept = { id, agent: host.agent, call, isClosed: false };
        references.kept.add(kept);
        try {
          const all = Array.from({ length: count }, (_, n) => call(n));
          const results = await Promise.all(all);
          if (results.some((result, n) => result !== n))
            ledger.wrong(`callback ${id} returned something else`);
        } finally {
          if (!keeps) references.letGo(kept);
        }
        return id;
      }),
    load: (id: number, limit: number, source: AsyncIterable<number>) =>
      during(id, async () => {
        let count = 0;
        for await (const n of source) {
          if (n !== count++) ledger.wrong(`the source of call ${id} gave ${n} at ${count - 1}`);
          if (count >= limit) break;
        }
        return id;
      }),
    open(id: number) {
      begin(id).end = 'returned';
      let sum = 0;
      const made = references.opened(id, host.agent);
      const onReleased = (): void => {
        made.isReleased = true;
      };
      return remoteObject({ add: (n: number) => (sum += n) }, { onReleased });
    },
    quit(id: number) {
      begin(id).end = 'returned';
      host.isStopping = true;
      return stop(id);
    },
  };
  return actor({
    post: {
      note(id: number) {
        host.agent.world.tell(`worker ${host.number} handles post ${id}`);
        ledger.noted(id, host);
      },
    },
    req: methods,
    async init(self: Parameters<typeof register>[1]) {
      if (target.registeredAs !== undefined) await register(target.registeredAs, self);
      host.upAt = host.agent.world.now;
    },
    term() {
      host.hasEndedInOrder = true;
    },
  } as never);
}
