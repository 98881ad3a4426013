// What the tests use beside the devDependencies, installed where it is missing: the runtimes of
// test/matrix/nodes (Node releases, Deno, Bun), the bundlers of test/bundlers, the releases of
// TypeScript of test/typescript, the test runners and state libraries of test/environments, the
// frameworks of test/frameworks. `npm test` does this first. A machine without them can still build
// and test.
//
// They are not devDependencies, because they are three times as large as all of those, and only
// tests need them. npm keeps what it has downloaded in its cache.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runtimes } from './matrix/nodes.mjs';

const read = (folder, file) =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, folder, file), 'utf8'));

/** Whether the folder has each dependency in its version: "1.2.3" or "npm:other@1.2.3". */
function isComplete(folder) {
  return Object.entries(read(folder, 'package.json').dependencies).every(([name, wanted]) => {
    const manifest = path.join('node_modules', name, 'package.json');
    if (!existsSync(path.join(import.meta.dirname, folder, manifest))) return false;
    return read(folder, manifest).version === wanted.split('@').at(-1);
  });
}

function missingTools() {
  const lacking = runtimes().filter(({ binary }) => binary === undefined);
  const names = lacking.map(({ name }) => name).join(', ');
  return [
    ...(names === '' ? [] : [{ what: `${names} (some 780 MB)`, folder: 'matrix/nodes' }]),
    { what: 'the bundlers (some 110 MB)', folder: 'bundlers' },
    { what: 'releases of TypeScript (some 200 MB)', folder: 'typescript' },
    { what: 'test runners and state libraries (some 150 MB)', folder: 'environments' },
    { what: 'frameworks and servers (some 130 MB)', folder: 'frameworks' },
    { what: 'test runners for Node 22 (some 80 MB)', folder: 'environments/node22' },
  ].filter(({ folder }) => folder === 'matrix/nodes' || !isComplete(folder));
}

function install({ what, folder }) {
  console.log(`! Installing ${what} in test/${folder}, once`);
  return new Promise((done) => {
    const cwd = path.join(import.meta.dirname, folder);
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'];
    const child = spawn('npm', args, { cwd, stdio: 'inherit' });
    child.on('error', () => done(1));
    child.on('close', done);
  }).then((code) => {
    if (code !== 0) console.error(`! ${what}: NOT INSTALLED, npm ended with ${code}`);
  });
}

/** Installs what is missing. A failure is reported, and the tests name what they lack. */
export const installTools = () => Promise.all(missingTools().map(install));

if (process.argv[1] === fileURLToPath(import.meta.url)) await installTools();
