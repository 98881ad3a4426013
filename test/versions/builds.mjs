// Folders with other builds of the package, and beside each a copy of the compiled contract suite,
// which then uses that build:
//
// Also the scripts in `calls`, beside the suite. Each user has its own `folder`.
//
// - `first`: the first build that negotiates, from its packed files
// - `later`: this build, as a later one could be, with a version, a feature, frames and fields that
//   no build knows
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const FIRST = path.join(import.meta.dirname, 'ump-ng-0.2.0.tar.gz');

/** The folder of the compiled contract suite that uses the build under test. */
export const CURRENT = path.join(root, 'build/test/contract');

/** The scripts of test/versions/calls beside a suite; those of this build stay where they are. */
export const callsOf = (suite) =>
  suite === CURRENT ? CALLS : path.join(path.dirname(suite), path.basename(CALLS));

const CALLS = path.join(import.meta.dirname, 'calls');

/** Makes the folder for one build; `unpack` puts the package into the folder that it is given. */
function prepare(name, unpack) {
  const folder = path.join(root, 'build/versions', name);
  const home = path.join(folder, 'node_modules/ump-ng');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  // Without this file, `ump-ng` would be the package around the folder.
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }\n');
  unpack(home);
  const suite = path.join(folder, 'contract');
  cpSync(CURRENT, suite, { recursive: true });
  cpSync(CALLS, callsOf(suite), { recursive: true });
  return suite;
}

export const first = (folder = 'first') =>
  prepare(folder, (home) => {
    execFileSync('tar', ['-xzf', FIRST, '-C', home, '--strip-components=1']);
    addMissingExports(home);
  });

/** The suite imports what was added since, and could not be loaded if a name were missing. */
function addMissingExports(home) {
  const manifest = path.join(home, 'package.json');
  const own = JSON.parse(readFileSync(manifest, 'utf8'));
  const { exports: entries } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  for (const [entry, conditions] of Object.entries(entries)) {
    const file = conditions.import?.default;
    if (file === undefined) continue;
    own.exports[entry] ??= conditions;
    const present = exportsOf(path.join(home, file));
    const missing = exportsOf(path.join(root, file)).filter((name) => !present.includes(name));
    const lines = missing.map((name) => `export const ${name} = undefined;\n`);
    appendFileSync(path.join(home, file), lines.join(''));
  }
  writeFileSync(manifest, JSON.stringify(own));
}

function exportsOf(file) {
  if (!existsSync(file)) return [];
  const lists = readFileSync(file, 'utf8').matchAll(/^export \{(.*?)\}/gm);
  return [...lists].flatMap(([, list]) =>
    list.split(',').map((each) => each.split(' as ').pop().trim()),
  );
}

export const later = (folder = 'later') =>
  prepare(folder, (home) => {
    for (const part of ['package.json', 'dist']) {
      cpSync(path.join(root, part), path.join(home, part), { recursive: true });
    }
    for (const [file, changes] of Object.entries(LATER)) {
      const name = path.join(home, 'dist', file);
      let text = readFileSync(name, 'utf8');
      for (const [before, after] of changes) {
        if (!text.includes(before)) throw new Error(`${file} does not contain ${before}`);
        text = text.replaceAll(before, after);
      }
      writeFileSync(name, text);
    }
  });

/** Changes to the text of `dist`, by file. */
const LATER = {
  'core/protocol/frames.js': [
    ['const VERSION = 2;', 'const VERSION = 3;'],
    ['const FEATURES = [', "const FEATURES = ['made up', "],
    [
      '[LOWEST_VERSION, capacity, FEATURES]',
      "[LOWEST_VERSION, capacity, FEATURES, undefined, 'a term']",
    ],
    ['name, extra, more];', "name, extra, more, 'a field'];"],
    ['role, terms, agentId];', "role, terms, agentId, 'a field'];"],
    ['role, terms]', "role, terms, undefined, 'a field']"],
  ],
  'core/transport/connection.js': [
    [
      'send(frame, transfer) {',
      `send(known, transfer) {
        // Only a peer that knows the feature may be sent frames that are not optional.
        if (this.agreesOn('made up')) this.transport.send([60, 'a frame']);
        if (this.#state === 'open') this.transport.send([200, { an: 'optional frame' }, known[0]]);
        const frame = Array.from({ length: 6 }, (_, at) => known[at]).concat('a field');`,
    ],
    ['receive(data) {', 'receive(data) { if (data?.[0] === 60) return;'],
  ],
};
