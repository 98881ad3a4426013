// Bundles an example, anew for each visit, and serves it on this machine only.
import { context } from 'esbuild';
import path from 'node:path';

/**
 * Its documents are in `www`. Beside them the pages find what each of the entry points becomes:
 * `page.js` of `page.ts`.
 * @param {string} folder the example's
 * @param {string[]} entryPoints files in it
 */
export async function serve(folder, entryPoints) {
  const www = path.join(folder, 'www');
  const site = await context({
    absWorkingDir: folder,
    entryPoints,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    sourcemap: 'linked',
    // Nothing is written there.
    write: false,
    outdir: www,
    // From `dist`, as the package's users get it.
    tsconfigRaw: {},
    logLevel: 'warning',
  });
  const { port } = await site.serve({ servedir: www, host: '127.0.0.1' });
  console.log(`Open this in a browser (Ctrl-C ends it):\nhttp://127.0.0.1:${port}/`);
}
