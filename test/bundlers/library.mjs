// Bundles one module, minified, for browsers, with each bundler as its users do: for the size check
// and for tests of what a bundle contains. test/tools.mjs installs the bundlers.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Each writes to `outdir` one ES module that exports what the module `entry` exports. */
const bundlers = {
  async esbuild(entry, outdir) {
    const { build } = await import('esbuild');
    await build({
      entryPoints: [entry],
      outdir,
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      logLevel: 'error',
    });
  },

  async Rollup(entry, dir) {
    const [{ rollup }, { nodeResolve }, { default: esbuild }] = await Promise.all([
      import('rollup'),
      import('@rollup/plugin-node-resolve'),
      import('rollup-plugin-esbuild'),
    ]);
    const plugins = [nodeResolve({ browser: true }), esbuild({ target: 'es2022', minify: true })];
    const bundle = await rollup({ input: entry, plugins });
    await bundle.write({ dir, format: 'es' });
    await bundle.close();
  },

  async webpack(entry, outdir) {
    const { default: webpack } = await import('webpack');
    const compiler = webpack({
      mode: 'production',
      target: ['web', 'es2022'],
      entry,
      experiments: { outputModule: true },
      output: { path: outdir, library: { type: 'module' } },
    });
    const stats = await new Promise((resolve, reject) => {
      compiler.run((error, result) => (error ? reject(error) : resolve(result)));
    });
    await new Promise((done) => compiler.close(done));
    if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString());
  },

  async Vite(entry, outDir) {
    const { build } = await import('vite');
    await build({
      root: path.dirname(entry),
      configFile: false,
      logLevel: 'error',
      build: {
        outDir,
        target: 'es2022',
        modulePreload: false,
        rollupOptions: {
          input: entry,
          preserveEntrySignatures: 'strict',
          output: { format: 'es' },
        },
      },
    });
  },
};

export const bundlerNames = Object.keys(bundlers);

/** Gives the path of the bundle, which is one file. */
export async function bundleLibrary(name, entry, outdir) {
  await bundlers[name](entry, outdir);
  const files = readdirSync(outdir, { recursive: true }).filter((file) => /\.m?js$/.test(file));
  if (files.length !== 1) throw new Error(`${name} wrote ${files.length} files: ${files}`);
  return path.join(outdir, files[0]);
}

export const readBundle = (file) => readFileSync(file, 'utf8');
