/** The projects that are built, the bundler of each, and where its page is afterwards. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { root } from '../package/consumer.js';

export interface Bundle {
  readonly name: string;
  /** The folder of its own files, here. All projects share the sources in `app`. */
  readonly project: string;
  /** The bundler's command, in node_modules. Without one, the project has its own script. */
  readonly command?: string;
  readonly args: readonly string[];
  /** The folder to serve. */
  readonly page: string;
  /** The whole output of the bundler if there is no warning. */
  readonly clean: RegExp;
  /** Whether `spawnWorker(new URL('./x.js', import.meta.url))` runs. */
  readonly runsUrl?: true;
}

/** Nothing, but on a busy machine for a remark of Vite 8 on how long the build took. */
const CLEAN = /^(?:\S*\[PLUGIN_TIMINGS\](?:(?!\[[A-Z_]+\] )[^])*)?$/;
const vite = { project: 'vite', args: ['build', '--logLevel=warn'], page: 'dist', clean: CLEAN };
const webpack = {
  project: 'webpack',
  command: 'webpack-cli/bin/cli.js',
  args: ['--stats=errors-warnings'],
  page: '.',
  clean: /^webpack compiled successfully\n$/,
};

export const bundles: readonly Bundle[] = [
  { ...vite, name: 'Vite 8', command: 'vite/bin/vite.js' },
  {
    ...vite,
    name: 'Vite 8, not minified',
    command: 'vite/bin/vite.js',
    args: [...vite.args, '--minify=false'],
  },
  { ...vite, name: 'Vite 7', command: 'vite7/bin/vite.js' },
  { ...webpack, name: 'webpack' },
  { ...webpack, name: 'webpack, development', args: [...webpack.args, '--mode=development'] },
  {
    name: 'Rollup',
    project: 'rollup',
    command: 'rollup/dist/bin/rollup',
    args: ['--config'],
    page: '.',
    clean: /^\s*main\.ts → dist\.\.\.\s*created dist in [\d.]+m?s\s*$/,
  },
  {
    name: 'esbuild',
    project: 'esbuild',
    args: ['build.mjs'],
    page: '.',
    clean: /^$/,
    runsUrl: true,
  },
];

/** Servers that build what they are asked for; serve.ts gives them a port. */
const serve = { ...vite, args: ['--host=127.0.0.1'], runsUrl: true } as const;
export const servers: readonly Bundle[] = [
  { ...serve, name: "Vite 8's server", command: 'vite/bin/vite.js' },
  { ...serve, name: "Vite 7's server", command: 'vite7/bin/vite.js' },
];

const here = path.join(root, 'test/bundlers');
const tools = path.join(here, 'node_modules');

/** The tests need all of them; `npm run test:tools` installs all of them. */
export const installed = existsSync(path.join(tools, 'vite7/package.json'));

/** Makes the tools resolvable: they are looked for last in the parent folder of the consumer. */
export function lendTools(folder: string): void {
  symlinkSync(tools, path.join(folder, 'node_modules'), 'dir');
}

/** Copies its project into a folder of the consumer, and returns that folder. */
export function lay({ name, project }: Bundle, consumer: string): string {
  const folder = path.join(consumer, name.replaceAll(/\W+/g, '-'));
  for (const from of ['app', project]) {
    cpSync(path.join(here, from), folder, { recursive: true });
  }
  // Vite caches dependencies beside the nearest manifest: each version needs its own cache.
  cpSync(path.join(consumer, 'package.json'), path.join(folder, 'package.json'));
  return folder;
}

/** The arguments of Node. */
export const script = ({ command, args }: Bundle): string[] =>
  command === undefined ? [...args] : [path.join(tools, command), ...args];

/** Without colours, and without what a test runner sets for itself. */
export const surroundings = {
  ...process.env,
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
  NODE_ENV: undefined,
};

/** Runs the bundler there. */
export async function build(
  bundle: Bundle,
  cwd: string,
): Promise<{ output: string; failed: boolean }> {
  return new Promise((resolve) => {
    execFile(process.execPath, script(bundle), { cwd, env: surroundings }, (error, out, err) =>
      resolve({ output: out + err, failed: error !== null }),
    );
  });
}

/** Bundles Client alone; gives the reply that the bundle got, and the words of Node in it. */
export async function runAlone(bundler: string, folder: string): Promise<unknown> {
  const args = [path.join(here, 'alone.mjs'), bundler, folder];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env: surroundings }, (error, out, err) => {
      if (error === null) resolve(JSON.parse(out));
      else reject(new Error(err));
    });
  });
}
