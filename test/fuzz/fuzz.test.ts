/** Hostile stories in Node: those that have once done harm, and new ones. */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

async function fuzz(...options: string[]): Promise<string> {
  const args = [
    '--enable-source-maps',
    '--no-warnings',
    '--expose-gc',
    file('main.mjs'),
    ...options,
  ];
  try {
    return (await promisify(execFile)(process.execPath, args, { timeout: 50_000 })).stdout;
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout) + String(error);
  }
}

test.each([[[]], [['--worker']]])('stories that have once done harm, %s', async (options) => {
  const told = await fuzz('--regressions', file('regressions.json'), ...options);
  expect(told).toContain('stories: 0 problems');
});

test.each([
  ['8', []],
  ['4', ['--worker']],
])('new stories, for %s seconds, %s', async (seconds, options) => {
  const seed = String(Math.floor(Math.random() * 1e9));
  const told = await fuzz('--seed', seed, '--seconds', seconds, ...options);
  expect(told).toContain('nothing was wrong');
});
