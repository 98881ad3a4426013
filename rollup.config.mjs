import { readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { dts } from 'rollup-plugin-dts';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));

// The entries are those of package.json: "." is build/index.js, "./sync" is build/sync/index.js.
const entries = Object.keys(exports)
  .filter((key) => key !== './package.json')
  .map((key) => key.slice(2));

const inputs = (extension) =>
  Object.fromEntries(
    entries.map((name) => [name || 'index', path.join('build', name, `index.${extension}`)]),
  );

// src/index.ts installs the platform driver when it is loaded. Under `sideEffects: false` a bundler
// may skip a module of which it uses no export, and with it that installation, unless it stands in
// the very module that defines the classes. So index, core, web and node are one chunk, and the
// entries are facades which re-export from it (a lone entry and its chunk are one file). One chunk
// also means one UmpError class.
const shared = ['core', 'web', 'node'].map((layer) => path.resolve('build', layer) + path.sep);
const index = /^index(\.d\.ts|\.js)$/;
const manualChunks = (id) =>
  shared.some((layer) => id.startsWith(layer)) || index.test(path.relative('build', id))
    ? 'shared'
    : undefined;

// Consumers need not have `esnext.disposable` in their `lib`. Bundling drops the directive.
const disposable = '/// <reference lib="esnext.disposable" preserve="true" />';

/** Hands Rollup the maps that tsc wrote, so that those in dist lead to the TypeScript sources. */
const tscMaps = {
  name: 'tsc-maps',
  async load(id) {
    const [code, map] = await Promise.all([
      readFile(id, 'utf8'),
      readFile(`${id}.map`, 'utf8').catch(() => null),
    ]);
    return { code: code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'), map };
  },
};

const output = (extension, format, options) => ({
  dir: 'dist',
  format,
  entryFileNames: `[name].${extension}`,
  chunkFileNames: `[name].${extension}`,
  manualChunks,
  minifyInternalExports: false,
  hoistTransitiveImports: false,
  ...options,
});

const failOnWarning = (warning) => {
  throw new Error(warning.message);
};

rmSync('dist', { recursive: true, force: true });

export default [
  {
    input: inputs('js'),
    external: /^node:/,
    plugins: [tscMaps],
    onwarn: failOnWarning,
    output: [
      output('js', 'es', { sourcemap: true }),
      output('cjs', 'cjs', { sourcemap: true, exports: 'named' }),
    ],
  },
  {
    input: inputs('d.ts'),
    external: /^node:/,
    plugins: [dts()],
    onwarn: failOnWarning,
    output: [
      output('d.ts', 'es', { banner: disposable }),
      output('d.cts', 'es', { banner: disposable }),
    ],
  },
];
