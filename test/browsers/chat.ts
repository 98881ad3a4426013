/** The example in examples/chat, started by its command and used by clicks, in several tabs. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { examples, serve, type Served } from '../examples/run.js';
import { serveEndingRooms, type EndingRooms } from './chat-with-ending-rooms.js';
import { LONG, powerless, testUnless, type Scene } from './engine-suite.js';
import type { Tab } from './engines.js';

type Kind = 'joined' | 'left' | 'said';

/** The selector of a line of the room; `nth` chooses among equal lines. */
const line = (kind: Kind, name: string, nth = 1): string =>
  `:nth-child(${nth} of #lines [data-kind="${kind}"][data-name="${name}"])`;

/** The selector of a whisper, by its state. */
const whisper = (way: 'from' | 'to', name: string, state: string): string =>
  `#whispers [data-way="${way}"][data-name="${name}"][data-state="${state}"]`;

class Visitor {
  readonly #tab: Tab;

  constructor(tab: Tab) {
    this.#tab = tab;
  }

  goto(url: string): Promise<void> {
    return this.#tab.goto(url);
  }

  async ask(name: string): Promise<void> {
    await this.#tab.evaluate(`void (document.querySelector('#door input').value = '${name}')`);
    await this.#tab.click('#door button');
  }

  /** Appends to the text that is there already. */
  async write(text: string): Promise<void> {
    await this.#tab.evaluate(`void (document.querySelector('#say input').value += '${text}')`);
    await this.#tab.click('#say button');
  }

  click(selector: string): Promise<void> {
    return this.#tab.click(selector);
  }

  back(): Promise<void> {
    return this.#tab.back();
  }

  evaluate(expression: string): Promise<unknown> {
    return this.#tab.evaluate(expression);
  }

  /** Waits until the page has the element; its text. */
  until(selector: string): Promise<unknown> {
    return this.#tab.evaluate(
      `new Promise((resolve) => {
        const look = () => {
          const found = document.querySelector('${selector}');
          if (!found) return;
          observer.disconnect();
          resolve(found.textContent);
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { subtree: true, attributes: true, childList: true });
        look();
      })`,
    );
  }

  sees(selector: string): Promise<unknown> {
    return this.#tab.evaluate(`document.querySelector('${selector}') !== null`);
  }

  lines(): Promise<unknown> {
    return this.#all('#lines li', `item.dataset.name + ' ' + item.lastChild.textContent`);
  }

  people(): Promise<unknown> {
    return this.#all('#people li', 'item.dataset.name');
  }

  whispers(): Promise<unknown> {
    return this.#all('#whispers li', 'item.textContent');
  }

  close(): Promise<void> {
    return this.#tab.close();
  }

  #all(selector: string, what: string): Promise<unknown> {
    return this.#tab.evaluate(
      `[...document.querySelectorAll('${selector}')].map((item) => ${what})`,
    );
  }
}

/** The element that says that the tab is no longer in the room. */
const GONE = '#gone:not([hidden])';

export function chat({ engine, browser }: Scene): void {
  describe('the chat', () => {
    let served: Served;
    let ending: EndingRooms;
    let host: Tab;
    /** One room for each test, because the SharedWorker of a room can live on for a while. */
    let room = 0;
    const open = new Set<Visitor>();
    beforeAll(async () => {
      const { commands } = examples.find(({ name }) => name === 'chat')!;
      served = await serve(commands[0]!);
      ending = await serveEndingRooms(served.url);
      // WebKit runs the SharedWorkers of an origin in the process of one of its pages, and can end
      // them with that page (docs/browsers.md). This page was the first, and stays.
      host = await browser().tab();
      await host.goto(served.url);
    }, LONG);
    afterAll(async () => {
      await host.close();
      await ending.stop();
      await served.stop();
    }, LONG);
    beforeEach(() => {
      room++;
    });
    afterEach(async () => {
      for (const visitor of open) await leave(visitor);
    }, LONG);

    const url = (site = served.url): string => `${site}?room=${room}`;

    async function visit(site = served.url): Promise<Visitor> {
      const visitor = new Visitor(await browser().tab());
      open.add(visitor);
      await visitor.goto(url(site));
      return visitor;
    }

    async function enter(visitor: Visitor, name: string): Promise<void> {
      await visitor.ask(name);
      await visitor.until('#inside:not([hidden])');
      await visitor.until(line('joined', name));
    }

    async function join(name: string, site = served.url): Promise<Visitor> {
      const visitor = await visit(site);
      await enter(visitor, name);
      return visitor;
    }

    /** Closes the tab. */
    async function leave(visitor: Visitor): Promise<void> {
      open.delete(visitor);
      await visitor.close();
    }

    const check = (sentence: string, run: () => Promise<void>): void => test(sentence, run, LONG);

    check('a line reaches all tabs', async () => {
      const ann = await join('ann');
      const bob = await join('bob');
      await ann.write('hello');
      await bob.until(line('said', 'ann'));
      await bob.write('<b>good morning</b>');
      for (const each of [ann, bob]) {
        await each.until(line('joined', 'ann'));
        await each.until(line('said', 'bob'));
        expect(await each.lines()).toEqual([
          'ann joined',
          'bob joined',
          'ann hello',
          'bob <b>good morning</b>',
        ]);
        expect(await each.people()).toEqual(['ann', 'bob']);
      }
    });

    check('a tab that joins later gets the earlier lines', async () => {
      const ann = await join('ann');
      // More than the stream buffers.
      const numbers = Array.from({ length: 20 }, (_, n) => n + 1);
      for (const n of numbers) await ann.write(`number ${n}`);
      await ann.until(line('said', 'ann', 20));
      const bob = await join('bob');
      await bob.until(line('said', 'ann', 20));
      const said = numbers.map((n) => `ann number ${n}`);
      expect(await bob.lines()).toEqual(['ann joined', ...said, 'bob joined']);
    });

    check('a whisper reaches one tab only', async () => {
      const ann = await join('ann');
      const bob = await join('bob');
      const cleo = await join('cleo');
      await ann.until(line('joined', 'cleo'));
      await ann.click('#people [data-name="bob"] button');
      await ann.write('a secret');
      await ann.until(whisper('to', 'bob', 'waiting'));
      await bob.click(`${whisper('from', 'ann', 'unread')} button`);
      expect(await bob.until(whisper('from', 'ann', 'read'))).toBe('from anna secret');
      await ann.until(whisper('to', 'bob', 'read'));

      // By now the next line has arrived in all tabs.
      await bob.write('I know something');
      for (const each of [ann, bob, cleo]) {
        await each.until(line('said', 'bob'));
        expect(JSON.stringify(await each.lines())).not.toContain('secret');
      }
      expect(await cleo.whispers()).toEqual([]);
    });

    check('a whisper to a name that is not in the room', async () => {
      const ann = await join('ann');
      await ann.write('/to carol are you there?');
      await ann.until(whisper('to', 'carol', 'absent'));
    });

    check('a closed tab leaves the room', async () => {
      const ann = await join('ann');
      const bob = await join('bob');
      await ann.until(line('joined', 'bob'));
      await leave(bob);
      await ann.until(line('left', 'bob'));
      await ann.until('#people:not(:has([data-name="bob"]))');
      expect(await ann.people()).toEqual(['ann']);
    });

    check('a tab is closed with an unread whisper', async () => {
      const ann = await join('ann');
      const bob = await join('bob');
      await ann.write('/to bob will you read this?');
      await bob.until(whisper('from', 'ann', 'unread'));
      await ann.until(whisper('to', 'bob', 'waiting'));
      await leave(bob);
      await ann.until(whisper('to', 'bob', 'lost'));
    });

    check('a name that is taken is refused', async () => {
      const ann = await join('ann');
      const other = await visit();
      await other.ask('ann');
      expect(await other.until('#refusal:not(:empty)')).toBe(
        'The name ann is taken. Please choose another one.',
      );
      await other.ask('bob');
      await other.until(line('joined', 'bob'));
      await ann.until(line('joined', 'bob'));
      expect(await ann.people()).toEqual(['ann', 'bob']);
    });

    check('the name of a tab that was closed is free', async () => {
      const ann = await join('ann');
      await leave(await join('bob'));
      await ann.until(line('left', 'bob'));
      const bob = await join('bob');
      await ann.until(line('joined', 'bob', 2));
      await ann.write('/to bob welcome back');
      await bob.click(`${whisper('from', 'ann', 'unread')} button`);
      await ann.until(whisper('to', 'bob', 'read'));
    });

    check('a page that is loaded again gets its name back', async () => {
      const ann = await join('ann');
      const bob = await join('bob');
      await bob.goto(url());
      await bob.ask('bob');
      await ann.until(line('joined', 'bob', 2));
      expect(await ann.lines()).toEqual(['ann joined', 'bob joined', 'bob left', 'bob joined']);
      await bob.write('me again');
      await ann.until(line('said', 'bob'));
    });

    check('the thread of the room ends, and all tabs show it', async () => {
      const ann = await join('ann', ending.url);
      const bob = await join('bob', ending.url);
      await ann.write('/to bob a secret');
      await bob.until(whisper('from', 'ann', 'unread'));
      for (const each of [ann, bob]) expect(await each.sees(GONE)).toBe(false);

      await ann.evaluate(ending.end(room));
      for (const each of [ann, bob]) await each.until(GONE);
      await ann.write('is anybody there?');
      expect(await ann.until('#problem:not(:empty)')).toContain('ServerDisappeared');
      // Whispers do not need the room.
      await bob.click(`${whisper('from', 'ann', 'unread')} button`);
      await ann.until(whisper('to', 'bob', 'read'));

      for (const [name, each] of Object.entries({ ann, bob })) {
        const again = await each.evaluate(`document.querySelector('#gone a').href`);
        expect(again).toBe(url(ending.url));
        await each.goto(again as string);
        await enter(each, name);
        expect(await each.sees(GONE)).toBe(false);
      }
      await ann.until(line('joined', 'bob'));
      expect(await ann.lines()).toEqual(['ann joined', 'bob joined']);
    });

    testUnless(
      powerless(engine, 'restore pages'),
      'a page that is restored from the history shows that it has left the room',
      async () => {
        const ann = await join('ann');
        const bob = await join('bob');
        await bob.goto(`${served.url}style.css`);
        await ann.until(line('left', 'bob'));
        await bob.back();
        await bob.until(GONE);
      },
    );
  });
}
