import { readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { dts } from 'rollup-plugin-dts';

const { exports, imports } = JSON.parse(readFileSync('package.json', 'utf8'));

// The entries are those of package.json: "." is build/index.js, "./sync" is build/sync/index.js.
const entries = Object.fromEntries(
  Object.keys(exports)
    .filter((key) => key !== './package.json')
    .map((key) => key.slice(2))
    .map((name) => [name || 'index', path.join('build', name, 'index')]),
);

// The modules behind "#platform" and the like: ./dist/web/driver.js is build/web/driver.js. Which of
// them is loaded is decided where the package is used, so their names stay in the output.
const targets = (value) =>
  typeof value === 'string' ? [value] : Object.values(value).flatMap(targets);
const platformModules = Object.fromEntries(
  targets(imports)
    .map((file) => file.replace(/^\.\/dist\/|\.c?js$/g, ''))
    .map((name) => [name, path.join('build', name)]),
);

const withExtension = (inputs, extension) =>
  Object.fromEntries(Object.entries(inputs).map(([name, file]) => [name, `${file}.${extension}`]));

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
  chunkFileNames: `chunks/[name].${extension}`,
  minifyInternalExports: false,
  hoistTransitiveImports: false,
  ...options,
});

const failOnWarning = (warning) => {
  throw new Error(warning.message);
};

rmSync('dist', { recursive: true, force: true });

const code = {
  input: withExtension({ ...entries, ...platformModules }, 'js'),
  external: /^(node:|#)/,
  // As package.json says: a module is needed only for its exports.
  treeshake: { moduleSideEffects: false },
  plugins: [tscMaps],
  onwarn: failOnWarning,
};

export default [
  {
    ...code,
    output: [
      // Module by module, so that bundlers leave out what a program does not import.
      output('js', 'es', {
        sourcemap: true,
        preserveModules: true,
        preserveModulesRoot: 'build',
        // "sync/index" is the entry "sync".
        entryFileNames: ({ name }) => `${name.replace(/\/index$/, '')}.js`,
      }),
      output('cjs', 'cjs', { sourcemap: true, exports: 'named' }),
    ],
  },
  {
    input: withExtension(entries, 'd.ts'),
    external: /^node:/,
    plugins: [dts()],
    onwarn: failOnWarning,
    output: ['d.ts', 'd.cts'].map((extension) =>
      output(extension, 'es', { banner: disposable, manualChunks: sharedTypes }),
    ),
  },
];

/** All types of the entry "ump-ng" are in one file, so that the other entries use the same ones. */
function sharedTypes(id) {
  const inLayer = ['core', 'web', 'node'].some((layer) =>
    id.startsWith(path.resolve('build', layer) + path.sep),
  );
  return inLayer || /^(index|connect)\.d\.ts$/.test(path.relative('build', id))
    ? 'index'
    : undefined;
}
