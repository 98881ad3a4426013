/** Workers that are TypeScript files, in what runs TypeScript without a bundler. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, tsc } from '../package/consumer.js';
import { Consumer, LONG, installed, missing, run, tools } from './project.js';

const nodes = new Map([
  ['20', process.execPath],
  ...['22', '24', '26'].map((release): [string, string] => [
    release,
    path.join(
      root,
      `test/matrix/nodes/node_modules/node${release}-${process.platform}-${process.arch}/bin/node`,
    ),
  ]),
]);

if (!installed('tsx', 'ts-node')) missing('tsx, ts-node');
else if ([...nodes.values()].some((file) => !existsSync(file))) missing('Node 22, 24, 26');
else suite();

const tsx = path.join(tools, 'tsx/dist/cli.mjs');
const HELLO = /^Hello, world!$/m;

function suite(): void {
  let consumer: Consumer;
  let modules: string;
  let commonjs: string;
  beforeAll(() => {
    consumer = new Consumer();
    modules = consumer.lay('typescript', 'typescript');
    commonjs = consumer.lay('commonjs', 'commonjs');
    writeFileSync(path.join(commonjs, 'package.json'), '{ "type": "commonjs" }');
  }, LONG);
  afterAll(() => consumer.remove());

  const works = async (folder: string, release: string, ...args: string[]): Promise<void> => {
    const { code, output } = await run(nodes.get(release)!, args, folder);
    expect(output).toMatch(HELLO);
    expect(code).toBe(0);
  };
  const fails = async (folder: string, release: string, ...args: string[]): Promise<void> => {
    const { code, output } = await run(nodes.get(release)!, args, folder);
    expect(output).toContain('Unknown file extension ".ts"');
    expect(code).toBe(1);
  };

  test.each(['22', '24', '26'])(
    'Node %s itself runs a worker in TypeScript',
    (release) => works(modules, release, 'main.ts'),
    LONG,
  );

  test.each(['22', '24', '26'])(
    'tsx on Node %s runs it',
    (release) => works(modules, release, tsx, 'main.ts'),
    LONG,
  );

  test('tsx on Node 20 does not load it', () => fails(modules, '20', tsx, 'main.ts'), LONG);

  test.each([...nodes.keys()])(
    'tsx on Node %s runs one whose script registers tsx',
    (release) => works(modules, release, tsx, 'main-tsx.ts'),
    LONG,
  );

  test.each([...nodes.keys()])(
    'the loader of ts-node on Node %s runs it',
    (release) => works(modules, release, '--loader', 'ts-node/esm', 'main.ts'),
    LONG,
  );

  test(
    'ts-node/register runs it in CommonJS, the command ts-node does not',
    async () => {
      await works(commonjs, '20', '--require', 'ts-node/register', 'main.ts');
      await fails(commonjs, '20', path.join(tools, 'ts-node/dist/bin.js'), 'main.ts');
    },
    LONG,
  );

  test(
    'what tsc builds runs, and so does its source, if the name of the worker follows it',
    async () => {
      const built = await run(process.execPath, [tsc], modules);
      expect(built.output).toBe('');
      await works(modules, '20', 'dist/main-built.js');
      await works(modules, '24', 'main-built.ts');
    },
    LONG,
  );
}
