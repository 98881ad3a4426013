/** Worker threads that are reused for many runs. A killed one is replaced. */
import { Worker, type MessagePort } from 'node:worker_threads';

export interface Plan {
  name: string;
  plan: string;
  /** The agent to which the context moves, if that is the plan. */
  to: number;
}

export type Report =
  | { type: 'handed on'; port: MessagePort; to: number; msg: Plan }
  | { type: 'took'; host: number; msg: Plan | string }
  | { type: 'settled'; name: string; outcome: string[] }
  | { type: 'server'; port: MessagePort }
  | { type: 'client'; port?: MessagePort }
  | { type: 'crashed'; error: unknown }
  | { type: 'clean' };

export class Agent {
  readonly #worker = new Worker(new URL('./agent.mjs', import.meta.url));
  readonly #expected = new Map<string, (report: Report) => void>();
  readonly #dead: Promise<undefined>;
  alive = true;
  onReport: (report: Report) => void = () => undefined;

  constructor() {
    this.#worker.on('message', (report: Report) => {
      this.#expected.get(report.type)?.(report);
      this.#expected.delete(report.type);
      this.onReport(report);
    });
    this.#worker.on('error', (error) => this.onReport({ type: 'crashed', error }));
    this.#dead = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.alive = false;
        resolve(undefined);
      });
    });
  }

  tell(action: { do: string; [field: string]: unknown }, port?: MessagePort): void {
    this.#worker.postMessage({ ...action, port }, port === undefined ? [] : [port]);
  }

  /** Sends an action, and waits for its report; undefined if the agent dies first. */
  async asks<T extends Report['type']>(
    action: { do: string; [field: string]: unknown },
    type: T,
  ): Promise<Extract<Report, { type: T }> | undefined> {
    const report = new Promise<Report>((resolve) => this.#expected.set(type, resolve));
    this.tell(action);
    return (await Promise.race([report, this.#dead])) as Extract<Report, { type: T }> | undefined;
  }

  async kill(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }
}

export class Agents {
  readonly #agents: Agent[] = [];

  /** The agent with this number; a new one if the last was killed. */
  get(number: number): Agent {
    let agent = this.#agents[number];
    if (agent?.alive !== true) this.#agents[number] = agent = new Agent();
    return agent;
  }

  /** All agents close their handles, for the next run. */
  async clean(): Promise<void> {
    for (const agent of this.#agents) if (agent.alive) await agent.asks({ do: 'forget' }, 'clean');
  }

  async end(): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent.kill()));
  }
}
