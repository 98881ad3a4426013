// The codes, messages and causes that async and blocking calls get when their worker ends.
import { Worker } from 'node:worker_threads';
import { connect } from 'ump-ng';
import { reqSync } from 'ump-ng/sync';

const SERVER = `
  import { listen } from 'ump-ng';
  for await (const { msg, rctx } of listen()) {
    if (msg === 'exit') process.exit(3);
    if (msg === 'throw') setImmediate(() => { throw new TypeError('thrown there'); });
    if (msg === 'hello') rctx.reply('hello');
  }
`;
const module = (code) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const here = (code) => module(code.replace("'ump-ng'", `'${import.meta.resolve('ump-ng')}'`));

/** The worker, and an action once it serves. */
const CASES = {
  'a missing script': [() => new URL('./no-such-file.mjs', import.meta.url)],
  'a script that throws': [() => module(`throw new RangeError('thrown at once')`)],
  'a script with a missing import': [() => module(`import 'file:///no/such/module.mjs'`)],
  'a script that throws an uncloneable value': [() => module('throw () => 1')],
  'a script that throws an object': [() => module('throw Object.create(null)')],
  'exit in there': [() => here(SERVER), 'exit'],
  'an error in there': [() => here(SERVER), 'throw'],
  'terminate()': [() => here(SERVER), (worker) => worker.terminate()],
  'terminate() at once': [() => here(SERVER), undefined, (worker) => worker.terminate()],
};

const [, , name, how] = process.argv;
const [script, end, endAtOnce] = CASES[name];
const worker = new Worker(script());
worker.on('error', (error) => console.log('told', error?.name));
const client = connect(worker);
let error;
void endAtOnce?.(worker);
try {
  if (end !== undefined) await client.req('hello');
  if (typeof end === 'function') void end(worker);
  const msg = typeof end === 'string' ? end : 'in vain';
  await (how === 'blocks' ? reqSync(client, msg) : client.req(msg));
} catch (thrown) {
  error = thrown;
}
const { code, message, cause } = error;
console.log([code, message, cause?.name].join('; '));
