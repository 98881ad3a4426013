/** The rules of this project bite, and ESLint applies them to the code that they are for. */
import { describe, expect, test } from '@jest/globals';
import { Linter } from 'eslint';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import plain from './plain-words.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const linter = new Linter();

/** The line and the message of each complaint. */
const complaints = (code: string): string[] =>
  linter
    .verify(code, [
      {
        linterOptions: { reportUnusedDisableDirectives: 'off' },
        plugins: { plain },
        rules: { 'plain/words': 'error' },
      },
    ])
    .map(({ line, message }) => `${String(line)}: ${message}`);

async function rulesOf(file: string): Promise<Record<string, unknown[]>> {
  const eslint = path.join(root, 'node_modules/eslint/bin/eslint.js');
  const args = [eslint, '--print-config', path.join(root, file)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return (JSON.parse(stdout) as { rules: Record<string, unknown[]> }).rules;
}

const word = (line: number, found: string): string =>
  `${String(line)}: Say it in plain words: "${found}" is ruled out for a thread, a port or a caller.`;

describe('words', () => {
  test.each([
    ['a line comment', '// Whoever waits', [word(1, 'Whoever')]],
    [
      'a block comment',
      '/**\n * The port is his,\n * or nobody owns it.\n */',
      [word(2, 'his'), word(3, 'nobody')],
    ],
    ['a directive', '// eslint-disable-next-line no-eval -- his', [word(1, 'his')]],
    ['a string', `f('tell him');`, [word(1, 'him')]],
    ['a template', 'f(`somebody ${x} and he`);', [word(1, 'somebody'), word(1, 'he')]],
    ['a message across lines', 'f(`one\nhe`);', [word(2, 'he')]],
  ])('are reported in %s', (_, code, expected) => {
    expect(complaints(code)).toEqual(expected);
  });

  test.each([
    ['names in code', 'const he = nobody.his;'],
    ['parts of words', '// The history of this cache: hello.'],
    ['regular expressions', 'f(/whoever/);'],
  ])('are not reported in %s', (_, code) => {
    expect(complaints(code)).toEqual([]);
  });
});

describe('lines', () => {
  const wide = 'x'.repeat(95);

  test.each([
    ['a line comment', `//   ${wide}`, []],
    ['a wide line comment', `//    ${wide}`, ['1: 101']],
    ['one line of a block comment', `/*\n      ${wide}\n*/`, ['2: 101']],
    ['a comment behind code', `f(); // ${wide}`, ['1: 103']],
    ['a directive', `// eslint-disable-next-line no-eval -- ${wide}`, []],
    ['a directive in a block', `/* eslint-disable no-eval --\n      ${wide} */`, []],
    ['code alone', `f('${wide}', 'and more');`, []],
  ])('%s', (_, code, expected) => {
    const widths = complaints(code).map((said) =>
      said.replace(/This comment line has | col.*$/g, ''),
    );
    expect(widths).toEqual(expected);
  });
});

test.each([
  'src/index.ts',
  'test/architecture/rules.ts',
  'test/run.mjs',
  'examples/hello/main.mjs',
])('it is an error in %s', async (file) => {
  expect((await rulesOf(file))['plain/words']).toEqual([2]);
});

test('Math.random() is an error in src/', async () => {
  const [severity, restricted] = (await rulesOf('src/index.ts'))['no-restricted-properties'] ?? [];
  expect(severity).toBe(2);
  expect(restricted).toMatchObject({ object: 'Math', property: 'random' });
});
