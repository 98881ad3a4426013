// One server for clients that come and go: a SharedWorker in browsers, a worker thread in Node.
import { listen } from 'ump-ng';
import { introspect } from 'ump-ng/actors';
import { probe } from '../probe.mjs';

/** Must be called when the script starts, so that no client comes too early. */
const server = listen(undefined, { keepAlive: true });
let posts = 0;
/** Milliseconds; grows where a test plants this fault. */
let delay = 0;

async function status() {
  const counts = await probe();
  const { clients, queued, inFlight } = introspect(server);
  return { ...counts, clients, queued, 'in flight': inFlight };
}

const commands = {
  probe: status,
  posts: () => posts,
  delay: (ms) => void (delay += ms),
};

async function answer({ msg, rctx }) {
  if (typeof msg === 'number') {
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    rctx.reply(msg + 1);
  } else {
    rctx.reply(await commands[msg.command](msg.value));
  }
}

for await (const message of server) {
  if (message.type === 'post') posts++;
  else void answer(message);
}
