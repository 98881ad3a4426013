/** Every example runs by the command in its README, and shows what it is meant to show. */
import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { README, examples, run, runOnTerminal, serve, type Ending } from './run.js';

/** Milliseconds, for a busy machine. */
const PATIENCE = 120_000;

const folder = path.resolve(import.meta.dirname, '../../examples');

test(`${README} lists every example, with its file`, () => {
  const folders = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  // A folder without a start script is shared by other examples.
  const started = folders.filter((name) => existsSync(path.join(folder, name, 'main.mjs')));
  expect(examples.map(({ name }) => name).sort()).toEqual(started.sort());
  for (const { name, file } of examples) expect(file).toBe(`examples/${name}/main.mjs`);
});

/** One test for each command that the README names for the example. */
function story(name: string, check: (ending: Ending) => void): void {
  const commands = examples.find((example) => example.name === name)?.commands ?? [];
  describe(name, () => {
    test('has a command', () => expect(commands.length).toBeGreaterThan(0));
    for (const command of commands) {
      test(command, async () => check(await run(command)), PATIENCE);
    }
  });
}

story('hello', ({ code, lines }) => {
  expect([...lines].sort()).toEqual([
    "Client received the reply 'Hello, Client!'",
    "Server received the post 'Client'",
  ]);
  expect(code).toBe(0);
});

// The output of different threads comes in any order, but each result is fixed.
story('handing-on', ({ code, lines }) => {
  expect([...lines].sort()).toEqual([
    'courier  delivers a parcel, unopened',
    'main     drew ticket 1',
    'main     drew ticket 2, by a clone',
    'tickets  closed, no client is left',
    "tickets  gave ticket 1 to 'main'",
    "tickets  gave ticket 2 to 'main, by its clone'",
    "tickets  gave ticket 3 to 'the visitor'",
    'visitor  drew ticket 3, by a client that came by courier',
  ]);
  expect(code).toBe(0);
});

story('blocking', ({ code, lines }) => {
  expect(lines).toEqual([
    'before: Prettier would write this in another way.',
    "fixed:  const answer = '6' * 7;",
    'after:  0 messages',
  ]);
  expect(code).toBe(0);
});

story('crash', ({ code, lines }) => {
  expect(lines).toEqual([
    'The first worker gets 6 jobs, and throws at the third:',
    '  ✓ below 10000 there are 1229 primes',
    '  ✓ below 20000 there are 2262 primes',
    ...[30_000, 40_000, 50_000, 60_000].map((limit) => `  ✗ below ${limit}: ServerDisappeared`),
    'Why? The error says it, and has as its cause what the worker threw:',
    '  the worker threw: RangeError: no idea how to count to 30000',
    expect.stringMatching(/^ {2}at .*primes\.mjs:\d+:\d+\)?$/),
    'A later call does not hang either:',
    '  ✗ below 10000: ServerDisappeared',
    'A second worker gets the 4 jobs that were not answered:',
    '  ✓ below 30000 there are 3245 primes',
    '  ✓ below 40000 there are 4203 primes',
    '  ✓ below 50000 there are 5133 primes',
    '  ✓ below 60000 there are 6057 primes',
    'All jobs are done.',
  ]);
  expect(code).toBe(0);
});

story('word-count', ({ code, lines }) => {
  const text = lines.join('\n');
  expect(text).toMatch(/and finds the same totals\.$/);
  expect(code).toBe(0);

  const [, megabytes, chunks] =
    /^(\d+\.\d) MB of prose from \d+ files, in (\d+) chunks$/m.exec(text) ?? [];
  expect(Number(megabytes)).toBeGreaterThan(2);

  // There are two requests for each chunk: the coordinator answers quick ones, the helpers slow
  // ones.
  const table = new Map(lines.flatMap(rowOf));
  const helpers = ['helper 1', 'helper 2', 'helper 3'].map((name) => table.get(name));
  const sumOf = (column: keyof Row) => helpers.reduce((sum, row) => sum + (row?.[column] ?? 0), 0);
  expect(table.get('coordinator')).toMatchObject({ requests: Number(chunks), words: 0 });
  for (const row of helpers) expect(row?.requests).toBeGreaterThan(0);
  expect(sumOf('requests')).toBe(Number(chunks));
  expect(sumOf('words')).toBe(table.get('all')?.words);

  // The purpose of the example: replies still arrived after the coordinator's thread had ended.
  expect(sumOf('late')).toBeGreaterThan(0);
  const at = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
  expect(at(/^ *The coordinator has exited/)).toBeGreaterThan(0);
  expect(at(/^ *The coordinator has exited/)).toBeLessThan(at(/^100 % answered/));
});

story('text-pool', ({ code, lines }) => {
  const text = lines.join('\n');
  const [, all = 0, size = 0] = numbers(/^(\d+) documents, (\d+) workers$/m, text);
  expect(all).toBeGreaterThan(300);

  // Every document has an outcome: all are rendered, except for those that fail each time.
  expect(tableOf('Outcomes', lines)).toEqual([
    ['failed: HandlerFailed', '1'],
    ['failed: ServerDisappeared', '2'],
    ['failed: Timeout', '1'],
    ['rendered', String(all - 4)],
  ]);
  expect(tableOf('Given up', lines).map(([name, code]) => [name, code])).toEqual([
    ['made up: endless.md', 'Timeout'],
    ['made up: exits.md', 'ServerDisappeared'],
    ['made up: refused.md', 'HandlerFailed'],
    ['made up: throws.md', 'ServerDisappeared'],
  ]);

  // Two documents kill three workers each, and one its first. The stuck worker is killed: if all is
  // done by then, by stop(), or by both at once.
  const [, lost, again = 0] = numbers(/^workers +(\d+) lost, .* again: (\d+)$/m, text);
  expect([7, 8]).toContain(lost);
  expect(again).toBeGreaterThanOrEqual(5);
  const workers = tableOf('Workers', lines).map(([, ...cells]) => cells.map(Number));
  const sumOf = (column: number) => workers.reduce((sum, cells) => sum + (cells[column] ?? 0), 0);
  expect(workers).toHaveLength(size);
  expect([sumOf(0), sumOf(1)]).toEqual([all - 4, 4 + again]);
  expect([7, 8]).toContain(sumOf(2));

  const [, texts] = numbers(/^in memory +at most (\d+) texts/m, text);
  // At workers, in the queue, and one that was just read; repeated calls need no room in the queue.
  expect(texts).toBeLessThanOrEqual(3 * size + 1);
  expect(text).toMatch(/^ *worker \d is gone: .*\n[^]* worker \d runs again \(restart 1\)$/m);
  expect(text).toContain(`\n100 %  ${all}/${all} documents, 4 failed, `);
  expect(code).toBe(0);
});

test(
  'text-pool ends in order when it is interrupted',
  async () => {
    const { code, lines } = await run('node examples/text-pool/main.mjs', { interruptAt: '25 %' });
    const text = lines.join('\n');
    const [, all = 0] = numbers(/^(\d+) documents/m, text);
    const [, done = 0] = numbers(/^done +(\d+) documents/m, text);
    const [, left = 0] = numbers(/^Interrupted: (\d+) were not begun\.$/m, text);
    expect(left).toBeGreaterThan(0);
    expect(done + left).toBe(all);
    expect(code).toBe(130);
  },
  PATIENCE,
);

/** The full and empty part of the bar, and the text beside it; at most as wide as the terminal. */
const BAR = /^(█*)(░*) +(\d+) % {2}(\d+)\/(\d+) documents {2}(\d) failed {2}(\d+) workers lost$/;

describe('on a terminal', () => {
  const pool = 'node examples/text-pool/main.mjs';

  test(
    'text-pool has a bar, and above it what happens',
    async () => {
      const shares = new Set<number>();
      let missing = 0;
      const { code, lines, screen } = await runOnTerminal(`${pool} --documents 20 --workers 2`, {
        look: ({ lines, cursorIsShown }) => {
          const bars = lines.filter((line) => /[█░]/.test(line));
          const [bar = ''] = bars;
          if (bar === '' && shares.size === 0) return;
          // After a note, the bar is drawn again at once.
          missing = bar === '' && lines.at(-1) === '' ? missing + 1 : 0;
          expect(missing).toBeLessThan(2);
          if (bar === '') return;
          expect(bars).toEqual([expect.stringMatching(BAR)]);
          const [full, empty] = BAR.exec(bar)!
            .slice(1, 3)
            .map(({ length }) => length);
          const [, , share = 0, done = 0, all = 0] = numbers(BAR, bar).slice(1);
          expect(share).toBe(Math.floor((100 * done) / all));
          expect(full! / (full! + empty!)).toBeCloseTo(done / all, 1);
          shares.add(share);
          if (share < 100) expect(cursorIsShown).toBe(false);
        },
      });
      expect([...shares]).toEqual([...shares].sort((a, b) => a - b));
      expect(shares.size).toBeGreaterThan(2);
      expect(screen.cursorIsShown).toBe(true);

      const at = lines.findIndex((line) => BAR.test(line));
      const [, , , share, done, all, failed, lost] = numbers(BAR, lines[at] ?? '');
      const [, thatMany] = numbers(/^workers +(\d+) lost/m, lines.join('\n'));
      expect([share, done, failed, lost]).toEqual([100, all, 4, thatMany]);
      const notes = lines.slice(1, at);
      for (const [name, failure] of tableOf('Given up', lines)) {
        expect(notes).toContain(`${name} is given up: ${failure}`);
      }
      const gone = /^worker \d is gone: the worker exited with code 1$/;
      expect(notes).toContainEqual(expect.stringMatching(gone));
      expect(notes).toContainEqual(expect.stringMatching(/^worker \d runs again \(restart 1\)$/));
      expect(lines[at + 1]).toBe('Outcomes');
      expect(code).toBe(0);
    },
    PATIENCE,
  );

  test(
    'text-pool gives the cursor back when Ctrl-C is typed',
    async () => {
      const { code, lines, screen } = await runOnTerminal(pool, { interruptAt: '█' });
      expect(lines.at(-1)).toMatch(/^Interrupted: \d+ were not begun\.$/);
      expect(screen.cursorIsShown).toBe(true);
      expect(code).toBe(130);
    },
    PATIENCE,
  );

  test(
    'word-count says how far it is, in one line',
    async () => {
      const shares = new Set<string>();
      const { code, lines } = await runOnTerminal('node examples/word-count/main.mjs', {
        look: ({ lines }) => {
          const now = lines.filter((line) => line.includes(' % answered ('));
          expect(now.length).toBeLessThanOrEqual(1);
          for (const line of now) shares.add(line.slice(0, 5));
        },
      });
      // Without a terminal there are four lines.
      expect(shares.size).toBeGreaterThan(50);
      const at = lines.findIndex((line) => line.includes(' % answered ('));
      expect(lines[at]).toMatch(/^100 % answered \(coordinator: /);
      expect(lines.slice(0, at)).toContainEqual(
        expect.stringMatching(/^ *The coordinator has exited/),
      );
      expect(code).toBe(0);
    },
    PATIENCE,
  );
});

// test/browsers tests the pages themselves.
describe.each([
  ['browser', ['', 'iframe.html', 'style.css', 'page.js', 'iframe.js', 'server.js', 'helper.js']],
  ['chat', ['', 'style.css', 'page.js', 'room.js']],
])('%s', (example, files) => {
  const commands = examples.find(({ name }) => name === example)?.commands ?? [];
  test('has a command', () => expect(commands.length).toBeGreaterThan(0));
  test.each(commands)(
    '%s',
    async (command) => {
      const { url, stop } = await serve(command);
      try {
        const answers = await Promise.all(files.map((file) => fetch(url + file)));
        expect(answers.map(({ status }) => status)).toEqual(files.map(() => 200));
      } finally {
        await stop();
      }
    },
    PATIENCE,
  );
});

interface Row {
  requests: number;
  words: number;
  late: number;
}

const number = (text = ''): number => Number(text.replaceAll(',', ''));

/** The groups of the match, as numbers. */
const numbers = (pattern: RegExp, text: string): number[] => (pattern.exec(text) ?? []).map(number);

/** The rows of the console.table() below that title, sorted. */
function tableOf(title: string, lines: readonly string[]): string[][] {
  const from = lines.indexOf(title);
  const to = lines.findIndex((line, at) => at > from && line.startsWith('└'));
  // Below the title are the upper border, the names of the columns, and a border.
  return lines
    .slice(from + 4, to)
    .map(cellsOf)
    .sort();
}

const cellsOf = (row: string): string[] =>
  row
    .split('│')
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/^'(.*)'$/, '$1'));

/** A line of the final table, by the name it begins with. */
function rowOf(line: string): [string, Row][] {
  const [, name, requests, words, late] =
    /^(coordinator|helper \d|all) +([\d,]+) +([\d,]+) +([\d,]+) +[\d.]+ ms +[\d.]+ ms$/.exec(
      line,
    ) ?? [];
  if (name === undefined) return [];
  return [[name, { requests: number(requests), words: number(words), late: number(late) }]];
}
