// What each behaviour costs in a bundle: the bundle is measured without the modules that implement
// it. Where two behaviours share code, it counts for neither. The table of docs/benchmarks.md.
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const PARTS = {
  'a client, in `listen` for `Server.client()`': ['core/client/client', 'core/client/session'],
  'Errors in messages keep their class, fields and cause': [
    'core/protocol/deep-errors',
    'core/protocol/error-classes',
    'core/protocol/error-values',
    'core/protocol/pack-errors',
    'core/protocol/unpack-errors',
  ],
  'a server migrates: `transfer()` and `Server.from()`': [
    'core/server/migration-source',
    'core/server/migration-target',
  ],
  'the death of a peer is detected': [
    'web/liveness',
    'web/posted-ports',
    'core/protocol/own-ports',
    'core/transport/heartbeat',
    'core/transport/peer-watch',
    'core/transport/port-holders',
  ],
  '`DataClone` names the part that cannot be cloned': ['core/protocol/clone-error'],
  'SharedWorkers, ServiceWorkers and ports as endpoints': [
    'web/port-endpoint',
    'web/port-peer',
    'web/service-scope',
    'web/service-worker',
    'web/shared-scope',
    'web/shared-worker',
  ],
  'windows as endpoints': ['web/window', 'web/window-watch'],
  'incoming frames are validated': ['core/protocol/validate'],
  'bounded mailboxes': ['core/client/held-message', 'core/client/send-window'],
  'contexts move, and are dropped when collected': [
    'core/reply/moved-reply',
    'core/reply/reply-context',
  ],
  "the Worker's own channel": ['web/worker-channel'],
  '`timeout` and `signal`': [
    'core/client/expirations',
    'core/support/abort-watch',
    'core/transport/deadlines',
  ],
  'clients follow a server that migrates': ['core/client/connection-chain'],
  'options are checked': ['core/options'],
  'a server learns of a client that gave up early': ['core/connect/late-goodbye'],
  '`postOnly()`, `weak()`, `reqDeferred()`': [
    'core/client/post-client',
    'core/client/wait-reply',
    'core/client/weak-client',
  ],
  'calls that end at once are settled in batches': ['core/support/batches'],
  '`onDropped`': ['core/transport/undelivered'],
};

const dist = path.join(import.meta.dirname, '..', 'dist');

/** The size of a bundle, in which the exports of the modules `without` are undefined. */
async function sizeOf(names, without = []) {
  const stubbed = new Set(without.map((name) => path.join(dist, `${name}.js`)));
  const stubs = {
    name: 'stubs',
    setup({ onLoad }) {
      onLoad({ filter: /\.js$/ }, async ({ path: file }) => {
        if (!stubbed.has(file)) return undefined;
        const [, list] = /^export \{(.*)\};$/m.exec(await readFile(file, 'utf8'));
        const exported = list.split(',').map((each) => each.split(' as ').pop().trim());
        // What esbuild does not know to be constant, it does not leave out where it is used.
        const lines = exported.map((name) => `export let ${name} = globalThis.stub;`);
        return { contents: lines.join('\n') };
      });
    },
  };
  const { outputFiles } = await build({
    stdin: { contents: `export { ${names} } from './index.js';`, resolveDir: dist },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    plugins: [stubs],
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

const entries = ['connect', 'listen'];
const whole = await Promise.all(entries.map((names) => sizeOf(names)));
const rows = await Promise.all(
  Object.entries(PARTS).map(async ([part, modules]) => {
    const sizes = await Promise.all(entries.map((names) => sizeOf(names, modules)));
    return [part, ...sizes.map((size, at) => whole[at] - size)];
  }),
);
rows.sort((a, b) => Math.max(...b.slice(1)) - Math.max(...a.slice(1)));
const kilobytes = (bytes) => (bytes < 50 ? '' : (bytes / 1000).toFixed(1));
console.log(`| left out | ${entries.map((names) => `\`${names}\``).join(' | ')} |`);
console.log('| --- | --: | --: |');
for (const [part, ...saved] of rows)
  console.log(`| ${[part, ...saved.map(kilobytes)].join(' | ')} |`);
console.log(`| nothing | ${whole.map(kilobytes).join(' | ')} |`);
