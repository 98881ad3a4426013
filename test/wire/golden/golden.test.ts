/**
 * Every frame of these scenarios, compared with the transcripts beside this file. A difference is a
 * change of the protocol: review it, then `UPDATE_GOLDEN=1 npm run test:unit -- test/wire/golden`.
 */
import { expect, test } from '@jest/globals';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { scenariosOfHandles } from './scenarios-handles.js';
import { scenariosOfMessages } from './scenarios-messages.js';
import { Transcript } from './transcript.js';

const scenarios = { ...scenariosOfMessages, ...scenariosOfHandles };
const folder = new URL('./', import.meta.url);
const file = (name: string): URL => new URL(`${name}.txt`, folder);

test.each(Object.entries(scenarios))('%s', async (name, scenario) => {
  const transcript = new Transcript(name);
  await scenario(transcript).finally(() => transcript.close());
  if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(file(name), transcript.text);
  expect(transcript.text).toBe(readFileSync(file(name), 'utf8'));
});

test('every transcript belongs to a scenario', () => {
  const names = readdirSync(folder)
    .filter((entry) => entry.endsWith('.txt'))
    .map((entry) => entry.replace('.txt', ''));
  expect(names.sort()).toEqual(Object.keys(scenarios).sort());
});
