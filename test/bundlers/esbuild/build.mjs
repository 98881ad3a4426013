import { build } from 'esbuild';

await build({
  entryPoints: ['main.ts', 'w.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
});
