/** An actor in a thread of its own. */
import type { ReplyContext } from 'ump-ng';
import { serveWorker, stop, type Flow, type Handler } from 'ump-ng/actors';
import type { There } from '../roles.js';

export type Wish = [
  verb: 'init' | 'throw' | 'stop' | 'hold' | 'release' | 'exit' | 'stuck',
  value?: unknown,
];

/** What it is told by spawnWorker(). */
export type Init = { says?: unknown; fails?: 'making' | 'init' | 'term' } | undefined;

class Obedient implements Handler<unknown, Wish> {
  readonly #given: Init;
  readonly #there: There<unknown>;
  readonly #held: ReplyContext<unknown>[] = [];

  constructor(given: Init, there: There<unknown>) {
    this.#given = given;
    this.#there = there;
    if (given?.fails === 'making') throw new RangeError('making failed');
  }

  init(): void {
    if (this.#given?.fails === 'init') throw new RangeError('init failed');
  }

  req([verb, value]: Wish, rctx: ReplyContext<unknown>): Flow<unknown> {
    switch (verb) {
      case 'init':
        rctx.reply(this.#given?.says);
        return;
      case 'throw':
        throw Object.assign(new RangeError('as asked'), { detail: value });
      case 'stop':
        rctx.reply('stopping');
        return stop(value);
      case 'hold':
        this.#held.push(rctx);
        return;
      case 'release':
        for (const held of this.#held.splice(0)) held.reply(value);
        rctx.reply(value);
        return;
      case 'stuck':
        for (;;);
      case 'exit':
        this.#there.exit();
    }
  }

  term(): void {
    if (this.#given?.fails === 'term') throw new RangeError('term failed');
  }
}

/** Until its actor ends. */
export async function act(there: There<undefined>): Promise<void> {
  await serveWorker((given: Init) => new Obedient(given, there), { endpoint: there.endpoint });
}
