// The Node releases of test/matrix/nodes/package.json: `nodes()` finds them, running this file
// installs those that are missing. A machine without them can still build and test.
//
// They are no devDependencies of the root, because npm would link the `node` of one of them into
// node_modules/.bin, where it comes first on the PATH of every npm script.
import { execSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.join(import.meta.dirname, 'nodes');
const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));

/** Each release as { name, binary }; `binary` is undefined where it is not installed. */
export function nodes() {
  const names = new Set(
    Object.keys(manifest.optionalDependencies).map((alias) => alias.split('-')[0]),
  );
  return [...names].map((name) => {
    const alias = `${name}-${process.platform}-${process.arch}`;
    const binary = path.join(folder, 'node_modules', alias, 'bin', 'node');
    return { name, binary: existsSync(binary) ? binary : undefined };
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url) && nodes().some(({ binary }) => !binary)) {
  try {
    execSync('npm ci', { cwd: folder, stdio: 'inherit' });
  } catch (error) {
    console.error(`The Node releases to test on are not installed: ${error.message}`);
  }
}
