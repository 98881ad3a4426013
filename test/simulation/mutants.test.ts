/** `npm run mutants` writes each mutant into the sources; here, only whether that is possible. */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

async function namesOfMutants(): Promise<string[]> {
  const script = pathOf('mutants/main.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--check']);
  return stdout.trim().split('\n');
}

test('each mutant is one change of the sources, and the page of proofs lists it', async () => {
  const names = await namesOfMutants();
  const page = readFileSync(pathOf('../../docs/proof.md'), 'utf8');
  const listed = [...page.matchAll(/^\| (\S.*?) +\| +\d+ \| +[\d.]+ \|$/gm)].map(
    ([, name]) => name,
  );
  expect(listed.sort()).toEqual([...names].sort());
  expect(new Set(names).size).toBe(names.length);
});
