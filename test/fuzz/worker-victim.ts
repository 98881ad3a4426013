/** A victim in another thread, which may end by an error of it. */
import { Worker } from 'node:worker_threads';
import type { AnyVictim } from './play.js';
import { turn, type Port } from './platform.js';

export class VictimThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  #lastId = 0;

  constructor(script: URL) {
    this.#worker = new Worker(script);
    this.#worker.on('message', ([id, answer]: [number, unknown]) => {
      this.#waiting.get(id)?.(answer);
      this.#waiting.delete(id);
    });
    this.#worker.on('error', (error) => {
      // Its errors are noted there, and so this is one of the thread itself.
      throw error;
    });
  }

  #order(name: string, argument?: unknown): Promise<unknown> {
    const id = ++this.#lastId;
    this.#worker.postMessage([id, name, argument]);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  async victim(role: string): Promise<AnyVictim> {
    const lines = (await this.#order('begin', role)) as Port[];
    return {
      lines,
      act: (what) => void this.#order('act', what),
      quiet: async () => {
        await this.#order('quiet');
        await turn();
        await this.#order('quiet');
      },
      check: () => this.#order('check') as Promise<string[]>,
      end: (mayWait) => this.#order('end', mayWait) as Promise<string[]>,
    };
  }
}
