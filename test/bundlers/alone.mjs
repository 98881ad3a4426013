// `node alone.mjs BUNDLER FOLDER`: bundles Client alone for browsers, in a folder that has
// installed the package, and takes up a client of this process with it. Prints the reply that the
// client gets, and the words of the Node layer in this bundle, or in one of all entries.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleLibrary, readBundle } from './library.mjs';

/** Only src/node and the blocker of Node have these words. */
const NODE_WORDS = ['receiveMessageOnPort', 'kPublicPort', 'node:perf_hooks', 'Atomics.store'];

const [bundler, folder] = process.argv.slice(2);
const entry = path.join(folder, `client-${bundler}.js`);
writeFileSync(entry, `export { Client } from 'ump-ng';\n`);
const file = await bundleLibrary(bundler, entry, path.join(folder, `client-${bundler}`));
const { Client } = await import(pathToFileURL(file));

const { channel } = createRequire(entry)('ump-ng');
const { server, client } = channel();
const bundled = Client.from(client.transfer());
const reply = bundled.req(21);
const { msg, rctx } = await server.wait();
rctx.reply(2 * msg);

const all = path.join(folder, `all-${bundler}.js`);
writeFileSync(
  all,
  ['', '/sync', '/actors', '/comlink'].map((name) => `export * from 'ump-ng${name}';\n`).join(''),
);
const files = [file, await bundleLibrary(bundler, all, path.join(folder, `all-${bundler}`))];
const words = NODE_WORDS.filter((word) => files.some((each) => readBundle(each).includes(word)));
console.log(JSON.stringify({ reply: await reply, words }));
process.exit();
