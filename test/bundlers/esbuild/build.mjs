import { build } from 'esbuild';

await build({
  entryPoints: ['main.ts', 'actor.ts', 'w.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
});
