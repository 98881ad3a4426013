/** Each example, run by its one command: it ends by itself, with code 0, and says what it is there to say. */
import { describe, expect, jest, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// Each is a process of its own that starts several threads; on a busy machine that takes a while.
jest.setTimeout(120_000);

const examples = new URL('../../examples/', import.meta.url);
const run = async (name: string): Promise<string> => {
  const main = fileURLToPath(new URL(`${name}/main.mjs`, examples));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [main]);
  expect(stderr).toBe('');
  return stdout;
};
/** A number from the output, which may have thousands' commas. */
const number = (output: string, pattern: RegExp): number =>
  Number(pattern.exec(output)?.[1]?.replaceAll(',', ''));

describe('examples', () => {
  test('hello: a post and a request', async () => {
    const output = await run('hello');
    expect(output).toContain("Server received the post 'Client'");
    expect(output).toContain("Client received the reply 'Hello, Client!'");
  });

  test('word-count: helpers answer after the coordinator has gone, and the totals are right', async () => {
    const output = await run('word-count');
    expect(number(output, /([\d.]+) MB of prose/)).toBeGreaterThan(2);
    expect(output).toContain('The coordinator has exited.');
    // The last row of the table: requests, words, answered after the coordinator's exit.
    expect(number(output, /^all +([\d,]+)/m)).toBeGreaterThan(100);
    const counted = number(output, /^words +([\d,]+)/m);
    expect(number(output, /^all +[\d,]+ +([\d,]+)/m)).toBe(counted);
    expect(number(output, /^all +[\d,]+ +[\d,]+ +([\d,]+)/m)).toBeGreaterThan(0);
    expect(output).toContain('and finds the same totals');
  });

  test('handing-on: a clone, and a client that goes through a thread that never looks at it', async () => {
    const output = await run('handing-on');
    expect(output).toContain('main     drew ticket 2, by a clone');
    expect(output).toContain('visitor  drew ticket 3, by a client that came by courier');
    expect(output).toContain('closed, no client is left');
  });

  test('crash: calls of the dead worker reject, and a new one finishes the work', async () => {
    const output = await run('crash');
    expect(output.match(/✗ .*ServerDisappeared/g)).toHaveLength(5);
    expect(output).toContain('RangeError: no idea how to count to 30000');
    expect(output).toContain('All jobs are done.');
  });

  test('the index names each of them', () => {
    const index = readFileSync(new URL('README.md', examples), 'utf8');
    const folders = readdirSync(examples, { withFileTypes: true }).filter((e) => e.isDirectory());
    for (const { name } of folders) expect(index).toContain(`examples/${name}/main.mjs`);
  });
});
