// Bundles the fuzzer with the sources of the package, as for Node.
import { build } from 'esbuild';
import { renameSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const source = (file) => path.join(root, 'src', file);

/** The names that the sources import, as the files for every platform. */
export const alias = {
  '#platform': source('platform/driver.ts'),
  '#endpoints': source('platform/endpoints.ts'),
};

/** @returns the path of the bundle. */
export async function bundle(name, plugins = [], folder = 'build/fuzz') {
  const file = path.join(root, folder, `${name}.mjs`);
  // Another process may write and read the same bundle at this moment.
  const outfile = `${file}.${String(process.pid)}`;
  await build({
    entryPoints: [path.join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    ignoreAnnotations: true,
    alias,
    plugins,
  });
  renameSync(outfile, file);
  return file;
}
