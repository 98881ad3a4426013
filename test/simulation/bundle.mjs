// Bundles the sources of the package with the simulator.
import { build } from 'esbuild';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '../..');
const platform = path.join(root, 'src/platform');

/** @returns the URL of the bundle, which runs scenarios when it is imported. */
export async function bundleSimulator(name = 'run', plugins = []) {
  const outfile = path.join(root, `build/simulation/${name}.mjs`);
  await build({
    entryPoints: [path.join(import.meta.dirname, 'run.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    sourcemap: true,
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
  return pathToFileURL(outfile);
}
