import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { installPacked, root, tsc } from './consumer.js';

const run = promisify(execFile);

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>;
};
const entries = Object.keys(manifest.exports)
  .filter((key) => key !== './package.json')
  .map((key) => path.posix.join('ump-ng', key));

let consumer = '';

beforeAll(() => {
  consumer = mkdtempSync(path.join(tmpdir(), 'ump-ng-consumer-'));
  installPacked(consumer);
}, 180_000);

afterAll(() => rmSync(consumer, { recursive: true, force: true }));

test('no text in its code is the start of a worker, which some bundlers would build', () => {
  const dist = path.join(root, 'dist');
  const code = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.c?js$/.test(file))
    .map((file) => readFileSync(path.join(dist, file), 'utf8'));
  expect(code.length).toBeGreaterThan(100);
  expect(code.filter((text) => /new\s+\w*Worker\(\s*(new\s+URL|['"])/.test(text))).toEqual([]);
});

describe.each(entries)('%s', (entry) => {
  test('exports the same names to import and to require', async () => {
    const [esm, cjs] = await Promise.all([
      evaluate('module', `import * as all from '${entry}'; print(Object.keys(all))`),
      evaluate('commonjs', `print(Object.keys(require('${entry}')))`),
    ]);
    expect(esm.length).toBeGreaterThan(0);
    // `default` and `module.exports` are what Node itself adds to a namespace.
    expect(cjs.sort()).toEqual(esm.sort());
  });

  test('its CJS exports can be imported by name', async () => {
    const [cjs, lexed] = await Promise.all([
      evaluate('commonjs', `print(Object.keys(require('${entry}')))`),
      evaluate(
        'module',
        `import { createRequire } from 'node:module';
         import { pathToFileURL } from 'node:url';
         const file = createRequire(import.meta.url).resolve('${entry}');
         print(Object.keys(await import(pathToFileURL(file).href)))`,
      ),
    ]);
    expect(lexed).toEqual(expect.arrayContaining(cjs));
  });
});

/** Runs code in the consumer's folder, and returns the names that it prints. */
async function evaluate(type: 'module' | 'commonjs', code: string): Promise<string[]> {
  const print = 'const print = (names) => console.log(JSON.stringify(names));';
  const args = [`--input-type=${type}`, '--eval', `${print}${code}`];
  const { stdout } = await run(process.execPath, args, { cwd: consumer });
  return JSON.parse(stdout) as string[];
}

describe('a consumer compiles, every declaration checked', () => {
  const modules = {
    nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
    bundler: { module: 'preserve', moduleResolution: 'bundler' },
  };
  const surroundings = {
    'no platform types': { lib: ['es2022'], types: [] },
    'Node types': { lib: ['es2022'], types: ['node'] },
    'DOM types': { lib: ['es2022', 'dom'], types: [] },
    'DOM and Node types': { lib: ['es2022', 'dom'], types: ['node'] },
  };
  const cases = Object.entries(modules).flatMap(([resolution, module]) =>
    Object.entries(surroundings).map(
      ([name, types]) => [resolution, name, { ...module, ...types }] as const,
    ),
  );

  test.concurrent.each(cases)(
    '%s, %s',
    async (resolution, name, options) => {
      const folder = path.join(consumer, `${resolution} ${name}`);
      mkdirSync(folder);
      for (const [index, entry] of entries.entries()) {
        writeFileSync(
          path.join(folder, `esm${index}.ts`),
          `import * as all from '${entry}';\nexport const names: string[] = Object.keys(all);\n`,
        );
        writeFileSync(
          path.join(folder, `cjs${index}.cts`),
          `import all = require('${entry}');\nexport const names: string[] = Object.keys(all);\n`,
        );
      }
      const compilerOptions = {
        ...options,
        target: 'es2022',
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
        typeRoots: [path.join(root, 'node_modules/@types')],
      };
      writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
      const compile = run(process.execPath, [tsc, '--project', folder]).then(
        () => 'compiles',
        (error: unknown) => (error as { stdout: string }).stdout,
      );
      expect(await compile).toBe('compiles');
    },
    180_000,
  );
});
