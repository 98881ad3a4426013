// Calls the actor in another thread, whose script is the argument, with what only one of the builds
// knows. Prints the outcomes as JSON.
import { Worker } from 'node:worker_threads';
import { connect } from 'ump-ng';
import * as actors from 'ump-ng/actors';

const there = actors.remote(connect(new Worker(process.argv[2])));
const outcomes = {};

async function record(name, call) {
  try {
    outcomes[name] = await call();
  } catch ({ code, message }) {
    outcomes[name] = `${code}: ${message}`;
  }
}

async function itemsOf(stream) {
  const items = [];
  try {
    for await (const item of stream) items.push(item);
  } catch ({ code, message }) {
    items.push(`${code}: ${message}`);
  }
  return items;
}

/** With a build that can pass references. */
async function pass() {
  const word = actors.callback(() => 1);
  const passing = there.with({ onProgress: () => undefined });
  await record('callback', () => there.req.take(word));
  await record('object', () => there.req.take({ deep: [actors.remoteObject({ one: () => 1 })] }));
  await record('stream', () => there.req.take((async function* () {})()));
  await record('tried', async () => {
    const { error } = await there.tryReq.take(word);
    return `${error.code}: ${error.message}`;
  });
  await record('streaming', () => itemsOf(there.stream.items(word)));
  await record('progress', () => passing.req.take(1));
  await record('both', () => passing.req.take(word));
  there.post.take(word);
}

/** With a build that cannot receive them. */
async function receive() {
  await record('result', () => there.req.give());
  await record('item', () => itemsOf(there.stream.gives()));
  await record('end', () => itemsOf(there.stream.ends()));
}

await (actors.callback === undefined ? receive() : pass());
await record('methods that ran', () => there.req.runs());
await record('plain', () => there.req.take(1));
await record('plain items', () => itemsOf(there.stream.items(1)));
console.log(JSON.stringify(outcomes));
process.exit();
