// What a page pays for what it imports: bundled, minified and gzipped, with each bundler.
//
// Every import has a limit. Until all bundlers keep to it, no bundle may be larger than it was last
// time: test/size.json has the sizes, and `npm run size -- --record` writes them anew.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundleLibrary, bundlerNames, readBundle } from './bundlers/library.mjs';

/** In bytes. */
const LIMITS = {
  connect: 10_600,
  listen: 10_900,
  'channel, connect, listen': 14_900,
  isUmpError: 1_500,
};

/**
 * What an entry adds to the part of the core that it is used with; `hasCore`: it exports that part
 * itself.
 */
const ADDED = {
  'ump-ng/comlink': {
    core: 'channel, Client, connect, isUmpError, listen, UmpError',
    limit: 2_500,
  },
  'ump-ng/lanes': { core: 'connect, listen', limit: 4_500, hasCore: false },
};

const root = path.dirname(import.meta.dirname);
const record = path.join(import.meta.dirname, 'size.json');
const recorded = JSON.parse(readFileSync(record, 'utf8'));
const isRecording = process.argv.includes('--record');

const tools = path.join(import.meta.dirname, 'bundlers', 'node_modules');
if (!existsSync(path.join(tools, 'vite'))) {
  console.log('THE BUNDLERS ARE NOT INSTALLED, no size was checked: npm run test:tools');
  process.exit(process.env.CI ? 1 : 0);
}

// Outside the project, whose tsconfig.json leads the bundlers to the sources. It has the package in
// its node_modules, and so finds what a user's project finds.
const project = mkdtempSync(path.join(tmpdir(), 'ump-ng-size-'));
mkdirSync(path.join(project, 'node_modules'));
symlinkSync(root, path.join(project, 'node_modules', 'ump-ng'), 'dir');
writeFileSync(path.join(project, 'package.json'), '{ "private": true, "type": "module" }');

const sizes = {};
const problems = [];
const verdicts = [];
try {
  for (const [names, limit] of Object.entries(LIMITS)) {
    sizes[names] = {};
    for (const bundler of bundlerNames) sizes[names][bundler] = await sizeOf(names, bundler);
    check(names, limit);
  }
  for (const [entry, { core, limit, hasCore = true }] of Object.entries(ADDED)) {
    sizes[entry] = {};
    for (const bundler of bundlerNames) {
      const whole = await sizeOf('*', bundler, entry, hasCore ? undefined : core);
      sizes[entry][bundler] = whole - (await sizeOf(core, bundler));
    }
    check(entry, limit);
  }
} finally {
  rmSync(project, { recursive: true, force: true });
}
if (isRecording) writeFileSync(record, `${JSON.stringify(sizes, undefined, 2)}\n`);
for (const problem of problems) console.error(problem);
if (problems.length > 0 && !isRecording) process.exitCode = 1;
console.log(verdicts.join('; '));

/** `core`: what the bundle exports of "ump-ng" besides. */
async function sizeOf(names, bundler, entryPoint = 'ump-ng', core) {
  const name = `${entryPoint}-${names}`.replaceAll(/\W+/g, '-');
  const entry = path.join(project, `${name}.js`);
  const exported = names === '*' ? names : `{ ${names} }`;
  const besides = core === undefined ? '' : `export { ${core} } from 'ump-ng';\n`;
  writeFileSync(entry, `export ${exported} from '${entryPoint}';\n${besides}`);
  const code = readBundle(await bundleLibrary(bundler, entry, path.join(project, bundler, name)));
  return gzipSync(code, { level: 9 }).length;
}

function check(names, limit) {
  const now = Object.entries(sizes[names]);
  const before = recorded[names] ?? {};
  const wasMet = now.every(([bundler]) => before[bundler] <= limit);
  for (const [bundler, size] of now) {
    const ceiling = wasMet ? limit : Math.max(limit, before[bundler] ?? Infinity);
    if (size > ceiling) problems.push(`${names} by ${bundler}: ${size} bytes, over ${ceiling}`);
  }
  console.log(`${names}: ${now.map(([bundler, size]) => `${bundler} ${size}`).join(', ')}`);
  const largest = Math.max(...now.map(([, size]) => size));
  const verdict = largest <= limit ? 'met' : `NOT MET, ${largest - limit} bytes over`;
  verdicts.push(`${names}: ${largest} of ${limit} bytes (${verdict})`);
}
