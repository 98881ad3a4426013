// Jest's global setup: the threads of the contract suite run the output of `tsc` in build/test,
// which must not be older than the code that Jest compiles. `npm run typecheck` reports type
// errors.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);

export default function compile() {
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-b', 'test'], {
    cwd: root,
    encoding: 'utf8',
  });
  const entry = path.join(root, 'build/test/contract/rigs/node-worker-entry.js');
  if (!existsSync(entry)) throw new Error(`the tests do not compile:\n${stdout}`);
}
