/** This build works together with the oldest one that negotiates, and with later ones. */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

interface Builds {
  readonly CURRENT: string;
  first(): string;
  later(): string;
}
const { CURRENT, first, later } = (await import(
  new URL('builds.mjs', import.meta.url).href
)) as Builds;

const script = fileURLToPath(new URL('run.mjs', import.meta.url));

/** Milliseconds for all cases on a busy machine. */
const TIMEOUT_MS = 300_000;

/** Runs cases with one build in this process and another one in the threads that it starts. */
async function run(here: string, there: string, themes = '', whichIsFirst = ''): Promise<number> {
  const args = [script, here, there, themes, whichIsFirst];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { passed } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { passed: number };
  return passed;
}

const everything = 250;

test(
  'the threads have the first build that negotiates',
  async () => {
    expect(await run(CURRENT, first(), '', 'there')).toBeGreaterThan(everything);
  },
  TIMEOUT_MS,
);

test(
  'the first build that negotiates starts threads with this one',
  async () => {
    expect(await run(first(), CURRENT, '', 'here')).toBeGreaterThan(everything);
  },
  TIMEOUT_MS,
);

/** Every kind of frame. */
const frames =
  '^(requests|errors|abort|clones|closing|bounded|messages that are held|moved contexts' +
  '|transferred clients|migrating|calls that block|actors: threads|actors: registry)';
const most = 120;

test(
  'the threads have a later build, with a feature, frames and fields that this one does not know',
  async () => {
    expect(await run(CURRENT, later(), frames)).toBeGreaterThan(most);
  },
  TIMEOUT_MS,
);

test(
  'such a build starts threads with this one',
  async () => {
    expect(await run(later(), CURRENT, frames)).toBeGreaterThan(most);
  },
  TIMEOUT_MS,
);
