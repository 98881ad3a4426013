/** The documents are in plain words, as the code is: see test/lint. */
import { expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ruledOutWords } from '../lint/plain-words.mjs';
import { documents, prose, root } from './markdown.js';

/** The README of the examples, and the ones of single examples. */
const readmes = readdirSync(path.join(root, 'examples'), { recursive: true, encoding: 'utf8' })
  .filter((file) => path.basename(file) === 'README.md' && !file.includes('node_modules'))
  .map((file) => path.join('examples', file));

test.each([...documents, ...readmes])('the words of %s', (document) => {
  expect(ruledOutWords(prose(document)).map(({ word }) => word)).toEqual([]);
});

test('READMEs of single examples are checked', () => {
  expect(readmes).toContain('examples/README.md');
  expect(readmes).toContain(path.join('examples', 'chat', 'README.md'));
});

test('the check bites', () => {
  const text = 'Whoever holds a port tells him.';
  expect(ruledOutWords(text).map(({ word }) => word)).toEqual(['Whoever', 'him']);
});
