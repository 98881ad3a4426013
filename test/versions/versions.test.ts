/** This build works together with the oldest one that negotiates, and with later ones. */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

interface Builds {
  readonly CURRENT: string;
  first(): string;
  later(): string;
  callsOf(suite: string): string;
}
const { CURRENT, callsOf, first, later } = (await import(
  new URL('builds.mjs', import.meta.url).href
)) as Builds;

const script = fileURLToPath(new URL('run.mjs', import.meta.url));

/** The outcomes of calls/caller.mjs with the one build, in a thread of the other. */
async function outcomes(here: string, there: string): Promise<Record<string, unknown>> {
  const script = path.join(callsOf(here), 'caller.mjs');
  const args = [script, path.join(callsOf(there), 'actor.mjs')];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
}

/** Milliseconds for all cases on a busy machine. */
const TIMEOUT_MS = 300_000;

/** Runs cases with one build in this process and another one in the threads that it starts. */
async function run(here: string, there: string, themes = '', whichIsFirst = ''): Promise<number> {
  const args = [script, here, there, themes, whichIsFirst];
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((error: unknown) => {
    // It prints the cases that fail.
    throw new Error((error as { stdout?: string }).stdout ?? String(error), { cause: error });
  });
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

const plain = { plain: 'number', 'plain items': ['number'] };

test(
  'references and progress are refused by name before a method of the first build runs',
  async () => {
    const refused = (what: string, method = 'take') =>
      `NotSupported: ${method}(): the actor has an older build, without ${what}`;
    const references = 'callbacks, remote objects and streams as arguments';
    expect(await outcomes(CURRENT, first())).toEqual({
      callback: refused(references),
      object: refused(references),
      stream: refused(references),
      tried: refused(references),
      streaming: [refused(references, 'items')],
      progress: refused('progress'),
      both: refused(references),
      'methods that ran': 0,
      ...plain,
    });
  },
  TIMEOUT_MS,
);

test(
  'a caller with the first build gets no references in results and items, but an error',
  async () => {
    const refused = (what: string, code = 'HandlerFailed: the handler threw') =>
      `${code}: ${what}(): the caller has an older build, without ` +
      'callbacks, remote objects and streams';
    expect(await outcomes(first(), CURRENT)).toEqual({
      result: refused('the result of give', 'NotSupported'),
      item: ['first', refused('an item of gives')],
      end: ['first', refused('the result of ends')],
      'methods that ran': 0,
      ...plain,
    });
  },
  TIMEOUT_MS,
);

test(
  'a later build and this one pass references to each other',
  async () => {
    const passed = {
      callback: 'function',
      object: 'object',
      stream: 'object',
      streaming: ['function'],
      progress: 'number',
      both: 'function',
      ...plain,
    };
    for (const [here, there] of [
      [CURRENT, later()],
      [later(), CURRENT],
    ] as const) {
      expect(await outcomes(here, there)).toMatchObject(passed);
    }
  },
  TIMEOUT_MS,
);
