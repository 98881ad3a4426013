// The runtimes of test/matrix/nodes/package.json, Node releases and others. test/tools.mjs installs
// them; a machine without them can still build and test.
//
// They are not devDependencies of the root, because npm would link the `node` of one of them into
// node_modules/.bin, where it comes first on the PATH of every npm script. Each is the package of
// one platform with nothing but the binary, so that there is no install script to run.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, 'nodes');
const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));

/** How to start a script, if not by `bin/node script`. With -A, Deno asks for no permissions. */
const STARTS = {
  deno: { binary: 'deno', args: ['run', '-A', '--no-lock'] },
  bun: { binary: path.join('bin', 'bun'), args: [] },
};
const NODE = { binary: path.join('bin', 'node'), args: [] };

/** The runtimes as { name, binary, args }; `binary` is undefined if one is not installed. */
export function runtimes() {
  const names = new Set(
    Object.keys(manifest.optionalDependencies).map((alias) => alias.split('-')[0]),
  );
  return [...names].map((name) => {
    const { binary, args } = STARTS[name] ?? NODE;
    const alias = `${name}-${process.platform}-${process.arch}`;
    const file = path.join(folder, 'node_modules', alias, binary);
    return { name, args, binary: existsSync(file) ? file : undefined };
  });
}
