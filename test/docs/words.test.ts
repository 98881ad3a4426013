/** The documents are in plain words, as the code is: see test/lint. */
import { expect, test } from '@jest/globals';
import { ruledOutWords } from '../lint/plain-words.mjs';
import { documents, prose } from './markdown.js';

test.each([...documents, 'examples/README.md'])('the words of %s', (document) => {
  expect(ruledOutWords(prose(document)).map(({ word }) => word)).toEqual([]);
});

test('the check bites', () => {
  const text = 'Whoever holds a port tells him.';
  expect(ruledOutWords(text).map(({ word }) => word)).toEqual(['Whoever', 'him']);
});
