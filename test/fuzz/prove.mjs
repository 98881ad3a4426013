// Whether the fuzzer finds each fault of breakages.mjs, and after how many seconds. Not a part of
// `npm test`.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { breakages } from './breakages.mjs';

const main = path.join(import.meta.dirname, 'main.mjs');
let missed = 0;
for (const [name, { isCost = false }] of Object.entries(breakages)) {
  const start = performance.now();
  const options = ['--break', name, '--findings', '1', '--seconds', '60', '--no-shrink'];
  if (isCost) options.push('--cost');
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--expose-gc', '--enable-source-maps', main, ...options],
    { encoding: 'utf8' },
  );
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const what = stdout
    .split('\n')
    .find((line) => /escaped|never|left|grows|times what|honest/.test(line));
  if (status === 0) missed++;
  console.log(`${status === 0 ? 'MISSED' : 'found'} in ${seconds} s: ${name}: ${what ?? ''}`);
}
process.exitCode = missed === 0 ? 0 : 1;
