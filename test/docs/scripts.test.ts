/** CONTRIBUTING.md lists every script of package.json, and no other. */
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { read, root } from './markdown.js';

const ROW = /^\| `npm (?:run )?([\w:]+)` /gm;

test('CONTRIBUTING.md lists every script', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const listed = [...read('CONTRIBUTING.md').matchAll(ROW)].map(([, name]) => name);
  expect(listed.sort()).toEqual(Object.keys(scripts).sort());
});
