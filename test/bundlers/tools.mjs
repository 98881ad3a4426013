// Installs the bundlers of test/bundlers/package.json where they are missing. A machine without
// them can still build and test.
//
// They are no devDependencies of the root, which has enough to install and to keep up to date
// without them and all that they bring along.
import { execSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const folder = import.meta.dirname;
const read = (file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));

/** Is it there, and in the version that the manifest asks for, as "1.2.3" or "npm:other@1.2.3"? */
function installed([name, wanted]) {
  const manifest = path.join('node_modules', name, 'package.json');
  if (!existsSync(path.join(folder, manifest))) return false;
  return read(manifest).version === wanted.split('@').at(-1);
}

if (!Object.entries(read('package.json').dependencies).every(installed)) {
  try {
    execSync('npm ci', { cwd: folder, stdio: 'inherit' });
  } catch (error) {
    console.error(`The bundlers to test with are not installed: ${error.message}`);
  }
}
