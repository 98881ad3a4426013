// Bundles the example, anew for each visit, and serves it on this machine only.
import { context } from 'esbuild';
import path from 'node:path';

const folder = import.meta.dirname;
const www = path.join(folder, 'www');

const site = await context({
  // One script for the tabs, one for the SharedWorker.
  entryPoints: ['page.ts', 'room.ts'].map((file) => path.join(folder, file)),
  bundle: true,
  format: 'esm',
  target: 'es2022',
  sourcemap: 'linked',
  // Nothing is written; it is where the pages find the scripts.
  write: false,
  outdir: www,
  // From `dist`, as the package's users get it.
  tsconfigRaw: {},
  logLevel: 'warning',
});
const { port } = await site.serve({ servedir: www, host: '127.0.0.1' });
console.log(`http://127.0.0.1:${port}/`);
