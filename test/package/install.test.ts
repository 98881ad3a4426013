/** What `npm ci` leaves in a checkout. */
import { expect, test } from '@jest/globals';
import { existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './consumer.js';

const MAX_BYTES = 600e6;
const folder = path.join(root, 'node_modules');

/** The packages of the lock file, by their paths. */
const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, { resolved?: string; hasInstallScript?: boolean }>;
};

/** What a file or folder occupies on the disk. */
function bytesOf(file: string): number {
  const stats = lstatSync(file);
  const own = stats.blocks * 512;
  if (!stats.isDirectory()) return own;
  return readdirSync(file).reduce((sum, name) => sum + bytesOf(path.join(file, name)), own);
}

test('the installation takes at most 600 MB', () => {
  expect(bytesOf(folder)).toBeLessThan(MAX_BYTES);
});

test('it contains no runtime, and no browser', () => {
  const commands = ['node', 'deno', 'bun', 'chromium', 'chrome', 'firefox', 'electron'];
  const there = commands.filter((name) => existsSync(path.join(folder, '.bin', name)));
  expect(there).toEqual([]);
  const runtime =
    /^node_modules\/(?:.*\/)?(?:(?:node|deno|bun)\d*-(?:bin-)?(?:linux|darwin|win)|@deno|@oven)/;
  expect(Object.keys(packages).filter((name) => runtime.test(name))).toEqual([]);
});

// A script may download what it likes.
test('only packages that are known run a script when they are installed', () => {
  const scripted = Object.keys(packages).filter((name) => packages[name]?.hasInstallScript);
  expect(scripted.sort()).toEqual([
    'node_modules/@parcel/watcher',
    'node_modules/esbuild',
    'node_modules/unrs-resolver',
  ]);
});
