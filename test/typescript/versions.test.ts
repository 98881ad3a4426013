/** The published types under each release of TypeScript that is supported, with its options. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installPacked, root } from '../package/consumer.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const { dependencies } = JSON.parse(readFileSync(path.join(here, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};
const names = Object.keys(dependencies);
/** The types of methods are inferred, which each release does in its own way. */
const methodTypes = path.join(here, '../types/methods.ts');
const modules = path.join(here, 'node_modules');
/** Milliseconds, for a busy machine. */
const LONG = 240_000;

const DOM = { lib: ['es2022', 'dom'], types: [] };
const NODE = { lib: ['es2022'], types: ['node'] };
const RESOLUTIONS: Record<string, object> = {
  node10: { module: 'commonjs', moduleResolution: 'node10', ...NODE },
  node16: { module: 'node16', moduleResolution: 'node16', ...DOM },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext', ...NODE },
  bundler: { module: 'esnext', moduleResolution: 'bundler', ...DOM },
};

/** The options that this release has, or undefined if it does not have this resolution. */
function optionsOf(version: number, resolution: string): object | undefined {
  if (version >= 7 && resolution === 'node10') return undefined;
  return {
    ...RESOLUTIONS[resolution],
    ...(version >= 5.8 && { erasableSyntaxOnly: true }),
    ...(version >= 6 && resolution === 'node10' && { ignoreDeprecations: '6.0' }),
    target: 'es2022',
    strict: true,
    exactOptionalPropertyTypes: true,
    isolatedModules: true,
    skipLibCheck: false,
    noEmit: true,
    typeRoots: [path.join(root, 'node_modules/@types')],
  };
}

/**
 * The oldest release and those of the last two majors have all resolutions, those in between one
 * each.
 */
const cases = names.flatMap((name, at) => {
  const version = Number(name.split('-').at(-1));
  const all = Object.keys(RESOLUTIONS);
  const chosen = at === 0 || version >= 6 ? all : [all[at % all.length]!];
  return chosen.flatMap((resolution) => {
    const options = optionsOf(version, resolution);
    return options === undefined ? [] : [[name, resolution, options] as const];
  });
});

let consumer = '';

function suite(): void {
  beforeAll(() => {
    consumer = mkdtempSync(path.join(tmpdir(), 'ump-ng-typescript-'));
    installPacked(consumer);
  }, LONG);
  afterAll(() => rmSync(consumer, { recursive: true, force: true }));

  test.concurrent.each(cases)(
    '%s, moduleResolution %s',
    async (name, resolution, compilerOptions) => {
      const folder = path.join(consumer, `${name} ${resolution}`);
      mkdirSync(folder);
      for (const file of [path.join(here, 'program.ts'), methodTypes]) {
        copyFileSync(file, path.join(folder, path.basename(file)));
      }
      // Without `"type": "module"` the program would be CommonJS, which `node10` alone is here.
      const type = resolution === 'node10' ? 'commonjs' : 'module';
      writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type }));
      writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
      const tsc = path.join(modules, name, 'bin', 'tsc');
      const compiled = promisify(execFile)(process.execPath, [tsc, '--project', folder]).then(
        () => 'compiles',
        (error: unknown) => (error as { stdout: string }).stdout,
      );
      expect(await compiled).toBe('compiles');
    },
    LONG,
  );
}

const lacking = names.filter((name) => !existsSync(path.join(modules, name)));
if (lacking.length === 0) suite();
else {
  const message = `${lacking.join(', ')} NOT INSTALLED, the types were not tested: npm run test:tools`;
  if (process.env['CI'] === undefined) test.skip(message, () => undefined);
  else test(message, () => expect(lacking).toEqual([]));
}
