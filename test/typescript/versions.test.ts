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

/** The types of a page, of Node, of a page with those of Node too, of a worker, and none. */
const DOM = { lib: ['es2022', 'dom'], types: [] };
const NODE = { lib: ['es2022'], types: ['node'] };
const PLATFORMS: Record<string, object> = {
  both: { lib: ['es2022', 'dom'], types: ['node'] },
  webworker: { lib: ['es2022', 'webworker'], types: [] },
  none: { lib: ['es2022'], types: [] },
};
const RESOLUTIONS: Record<string, object> = {
  node10: { module: 'commonjs', moduleResolution: 'node10', ...NODE },
  node16: { module: 'node16', moduleResolution: 'node16', ...DOM },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext', ...NODE },
  bundler: { module: 'esnext', moduleResolution: 'bundler', ...DOM },
};

/** The options that this release has, or undefined if it does not have this resolution. */
function optionsOf(version: number, resolution: string, platform = {}): object | undefined {
  if (version >= 7 && resolution === 'node10') return undefined;
  return {
    ...RESOLUTIONS[resolution],
    ...platform,
    ...(version >= 5.8 && { erasableSyntaxOnly: true }),
    ...(version >= 6 && resolution === 'node10' && { ignoreDeprecations: '6.0' }),
    target: 'es2022',
    strict: true,
    exactOptionalPropertyTypes: true,
    isolatedModules: true,
    skipLibCheck: false,
    declaration: true,
    noEmit: true,
    typeRoots: [path.join(root, 'node_modules/@types')],
  };
}

/** The release, what is special about its project, its options, and its files. */
type Project = [name: string, what: string, options: object, files: readonly string[]];

const SCRIPTS = ['worker.ts', 'script.ts'].map((file) => path.join(here, file));
const PROGRAMS = [...SCRIPTS, path.join(here, 'program.ts'), methodTypes];

/**
 * The oldest release and those of the last two majors have all resolutions, those in between one
 * each. The oldest and the newest have each platform.
 */
const cases = names.flatMap((name, at): Project[] => {
  const version = Number(name.split('-').at(-1));
  const all = Object.keys(RESOLUTIONS);
  const chosen = at === 0 || version >= 6 ? all : [all[at % all.length]!];
  const projects = chosen.flatMap((resolution): Project[] => {
    const options = optionsOf(version, resolution);
    return options === undefined
      ? []
      : [[name, `moduleResolution ${resolution}`, options, PROGRAMS]];
  });
  if (at > 0 && at < names.length - 1) return projects;
  const platforms = Object.entries(PLATFORMS).map(([platform, libraries]): Project => {
    const options = optionsOf(version, 'bundler', libraries)!;
    // The others use the console.
    return [name, `platform ${platform}`, options, platform === 'none' ? SCRIPTS : PROGRAMS];
  });
  return [...projects, ...platforms];
});

let consumer = '';

function suite(): void {
  beforeAll(() => {
    consumer = mkdtempSync(path.join(tmpdir(), 'ump-ng-typescript-'));
    installPacked(consumer);
  }, LONG);
  afterAll(() => rmSync(consumer, { recursive: true, force: true }));

  test.concurrent.each(cases)(
    '%s, %s',
    async (name, what, compilerOptions, files) => {
      const folder = path.join(consumer, `${name} ${what}`);
      mkdirSync(folder);
      for (const file of files) copyFileSync(file, path.join(folder, path.basename(file)));
      // Without `"type": "module"` the program would be CommonJS, which `node10` alone is here.
      const type = what.endsWith('node10') ? 'commonjs' : 'module';
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
