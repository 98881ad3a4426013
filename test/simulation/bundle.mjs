// Bundles the sources of the package with the simulator.
import { build } from 'esbuild';
import { renameSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '../..');
const platform = path.join(root, 'src/platform');

/** @returns the URL of the bundle, which runs scenarios when it is imported. */
export async function bundleSimulator(name = 'run', plugins = []) {
  const bundle = path.join(root, `build/simulation/${name}.mjs`);
  // Another process may write and read the same bundle at this moment.
  const outfile = `${bundle}.${String(process.pid)}`;
  await build({
    entryPoints: [path.join(import.meta.dirname, 'run.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    sourcemap: 'inline',
    logLevel: 'warning',
    // The globals are replaced by a module that exports nothing.
    ignoreAnnotations: true,
    // Each agent finds out on its own platform what it is.
    alias: {
      '#platform': path.join(platform, 'driver.ts'),
      '#endpoints': path.join(platform, 'endpoints.ts'),
    },
    plugins,
  });
  renameSync(outfile, bundle);
  return pathToFileURL(bundle);
}
