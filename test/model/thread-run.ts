/**
 * One run over real threads: a server that migrates from agent to agent, three clients that are
 * transferred between threads, contexts that move, and agents that are killed at any moment.
 */
import type { MessagePort } from 'node:worker_threads';
import { Client, channel } from 'ump-ng';
import type { Agents, Report, Plan } from './agents.js';

export const AGENTS = 4;
export const PLANS = ['reply', 'fail', 'drop', 'hold', 'hand on', 'hand on twice'] as const;

export type Step =
  | { action: 'ask'; stream: number; plan: (typeof PLANS)[number]; to: number }
  | { action: 'post' | 'abort' | 'wait'; stream: number }
  | { action: 'give client'; stream: number; to: number }
  | { action: 'move server'; to: number }
  | { action: 'kill'; to: number };

interface Asked {
  plan: string;
  /** The thread of the caller; undefined: this one. */
  by: number | undefined;
  abort: AbortController;
  outcome: Promise<string>;
  settle: (outcome: string) => void;
  known?: string;
}

/** Milliseconds. Only a hang takes this long. */
const TIMEOUT_MS = 5_000;
const EXPECTED: Record<string, (name: string) => string> = {
  fail: (name) => `App ${name}`,
  drop: () => 'NoReply',
};

export class ThreadRun {
  readonly #agents: Agents;
  readonly #asked = new Map<string, Asked>();
  readonly #mine = new Map<number, Client<string, Plan, string, string>>();
  /** The agent of each client; undefined: this thread. */
  readonly #place = new Map<number, number | undefined>();
  readonly #sent = new Map<number, number>();
  /** The messages that each host of the server took, in order. */
  readonly #took: string[][] = [];
  #host: number | undefined;
  readonly #wrong: string[] = [];
  #deaths = false;
  #killed = new Set<number>();

  constructor(agents: Agents) {
    this.#agents = agents;
    const { server, client } = channel<string, Plan, string, string>();
    for (const stream of [1, 2]) this.#mine.set(stream, client.clone());
    this.#mine.set(0, client);
    for (let number = 0; number < AGENTS; number++) {
      agents.get(number).onReport = (report) => this.#report(report);
    }
    this.#settleIn(0, server.transfer());
  }

  #settleIn(host: number, port: MessagePort): void {
    this.#host = host;
    const took = this.#took.push([]) - 1;
    this.#agents.get(host).tell({ do: 'take server', host: took }, port);
  }

  #report(report: Report): void {
    if (report.type === 'settled') this.#asked.get(report.name)?.settle(report.outcome.join(' '));
    else if (report.type === 'took') {
      const { msg } = report;
      this.#took[report.host]?.push(typeof msg === 'string' ? msg : msg.name);
    } else if (report.type === 'crashed')
      this.#wrong.push(`an agent crashed: ${String(report.error)}`);
    else if (report.type === 'handed on') {
      const { to, port, msg } = report;
      if (this.#killed.has(to)) port.close();
      else this.#agents.get(to).tell({ do: 'take context', msg }, port);
    }
  }

  async act(step: Step): Promise<void> {
    switch (step.action) {
      case 'ask': {
        this.#ask(step.stream, step.plan, step.to);
        return;
      }
      case 'post': {
        this.#post(step.stream);
        return;
      }
      case 'abort':
        for (const [name, { abort }] of this.#asked) {
          if (name.startsWith(`${step.stream}.`)) abort.abort();
        }
        return;
      case 'wait':
        // Any call that is answered without further actions.
        await [...this.#asked.values()].find(({ plan }) => plan === 'reply')?.outcome;
        return;
      case 'give client':
        return this.#giveClient(step.stream, step.to);
      case 'move server':
        return this.#moveServer(step.to);
      case 'kill':
        return this.#kill(step.to);
    }
  }

  #name(stream: number): string {
    const n = (this.#sent.get(stream) ?? 0) + 1;
    this.#sent.set(stream, n);
    return `${stream}.${n}`;
  }

  #ask(stream: number, plan: string, to: number): void {
    if (!this.#place.has(stream) && !this.#mine.has(stream)) return;
    const msg: Plan = { name: this.#name(stream), plan, to };
    let settle!: Asked['settle'];
    const outcome = new Promise<string>((resolve) => (settle = resolve));
    const by = this.#place.get(stream);
    const asked: Asked = { plan, by, outcome, settle, abort: new AbortController() };
    void outcome.then((known) => (asked.known = known));
    this.#asked.set(msg.name, asked);
    if (by !== undefined) {
      this.#agents.get(by).tell({ do: 'ask', stream, msg });
      return;
    }
    const { signal } = asked.abort;
    void this.#mine
      .get(stream)!
      .tryReq(msg, { signal })
      .then((result) => {
        const [what, which] = result.ok
          ? ['value', result.value]
          : [result.error.code, result.error.appError];
        settle(which === undefined ? what : `${what} ${which}`);
      });
  }

  #post(stream: number): void {
    const by = this.#place.get(stream);
    const msg = this.#name(stream);
    if (by !== undefined) this.#agents.get(by).tell({ do: 'post', stream, msg });
    else {
      try {
        this.#mine.get(stream)?.post(msg);
      } catch {
        // The server has closed; the requests check whether that is allowed.
      }
    }
  }

  async #giveClient(stream: number, to: number): Promise<void> {
    if (this.#killed.has(to)) return;
    let port: MessagePort | undefined;
    try {
      port = this.#mine.get(stream)?.transfer();
    } catch {
      return;
    }
    this.#mine.delete(stream);
    const by = this.#place.get(stream);
    if (by !== undefined) {
      port = (await this.#agents.get(by).asks({ do: 'give client', stream }, 'client'))?.port;
    }
    if (port === undefined) return;
    this.#place.set(stream, to);
    this.#agents.get(to).tell({ do: 'take client', stream }, port);
  }

  async #moveServer(to: number): Promise<void> {
    if (this.#host === undefined || this.#killed.has(to)) return;
    const given = await this.#agents.get(this.#host).asks({ do: 'give server' }, 'server');
    if (given !== undefined) this.#settleIn(to, given.port);
  }

  async #kill(number: number): Promise<void> {
    if (this.#killed.has(number)) return;
    this.#killed.add(number);
    this.#deaths = true;
    if (this.#host === number) this.#host = undefined;
    for (const [stream, by] of this.#place) if (by === number) this.#place.delete(stream);
    await this.#agents.get(number).kill();
    // The calls of the agent died with it.
    for (const { by, settle } of this.#asked.values()) if (by === number) settle('died');
  }

  /** Waits for all outcomes. @returns the violations. */
  async end(): Promise<string[]> {
    const wrong = this.#wrong;
    const living = [...Array(AGENTS).keys()].filter((number) => !this.#killed.has(number));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, TIMEOUT_MS)));
    const settled = Promise.all([...this.#asked.values()].map(({ outcome }) => outcome));
    // Held requests are answered by the agents that took them, and more may still be taken.
    const again = setInterval(() => {
      for (const number of living) this.#agents.get(number).tell({ do: 'answer all' });
    }, 1);
    await Promise.race([settled, late]);
    clearInterval(again);
    clearTimeout(timer);
    for (const [name, asked] of this.#asked) {
      if (!this.#mayBe(name, asked)) {
        wrong.push(`${name} (${asked.plan}): ${asked.known ?? 'hangs'}`);
      }
    }
    for (const client of this.#mine.values()) client.close();
    await this.#agents.clean();
    this.#checkOrder(wrong);
    return wrong;
  }

  #mayBe(name: string, { plan, known, abort }: Asked): boolean {
    if (known === undefined) return false;
    if (known === (EXPECTED[plan] ?? ((text) => `value ${text}`))(name)) return true;
    if (abort.signal.aborted && known === 'Aborted') return true;
    return this.#deaths && ['ServerDisappeared', 'NoReply', 'died', 'Detached'].includes(known);
  }

  /** No message was taken twice or before an earlier one of its client, over all hosts. */
  #checkOrder(wrong: string[]): void {
    const last = new Map<string, number>();
    for (const name of this.#took.flat()) {
      const [stream, n] = name.split('.') as [string, string];
      if (Number(n) <= (last.get(stream) ?? 0))
        wrong.push(`${name} came after ${last.get(stream)}`);
      last.set(stream, Number(n));
    }
  }
}
