// `node alone.mjs BUNDLER FOLDER`: bundles Client alone for browsers, in a folder that has installed
// the package, and takes up a client of this process with it. Prints the reply that the client gets,
// and what the bundle contains that only Node needs.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleLibrary, readBundle } from './library.mjs';

/** Only src/node has these words. */
const NODE_WORDS = ['getBuiltinModule', 'receiveMessageOnPort', 'beforeExit', 'SharedArrayBuffer('];

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

const code = readBundle(file);
const words = NODE_WORDS.filter((word) => code.includes(word));
console.log(JSON.stringify({ reply: await reply, words }));
process.exit();
