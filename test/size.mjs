// What the core costs a page: bundled, minified and gzipped.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const LIMIT = 8 * 1024;
const CORE = `export { channel, connect, listen } from 'ump-ng';`;

const { outputFiles } = await build({
  stdin: { contents: CORE, resolveDir: import.meta.dirname },
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  target: 'es2022',
  external: ['node:*'],
});
const [bundle] = outputFiles;
const zipped = gzipSync(bundle.contents, { level: 9 }).length;

console.log(`core: ${bundle.contents.length} bytes minified, ${zipped} gzipped, limit ${LIMIT}`);
if (zipped >= LIMIT) process.exitCode = 1;
