// A worker that page.mjs calls; it works with every build.
import { Client, listen } from 'ump-ng';
import * as actors from 'ump-ng/actors';

const held = new Map();
const posts = [];

const verbs = {
  echo: ({ rctx }, value) => rctx.reply(value),
  posts: ({ rctx }) => rctx.reply(posts),
  fail: ({ rctx }, reason) => rctx.fail({ reason }),
  hold: ({ rctx }, name) => void held.set(name, rctx),
  aborted: ({ rctx }, name) => {
    const { signal } = held.get(name);
    const answer = () => rctx.reply(signal.reason.code);
    if (signal.aborted) answer();
    else signal.addEventListener('abort', answer);
  },
  use: async ({ rctx }, port) => {
    const client = Client.from(port);
    rctx.reply(await client.req(['echo', 'by the client that was moved']));
    client.close();
  },
  client: ({ rctx }) => {
    const port = server.client().transfer();
    rctx.reply(port, { transfer: [port] });
  },
  move: ({ rctx }, name) => {
    const port = held.get(name).transfer();
    rctx.reply(port, { transfer: [port] });
  },
};

// It never reads.
globalThis.bounded = listen(undefined, { name: 'bounded', capacity: 1 });

void actors.serve(
  listen(undefined, { name: 'actor' }),
  actors.actor({
    req: {
      double: (n) => 2 * n,
      call: (callback) => callback(1),
      *upTo(last) {
        for (let n = 1; n <= last; n++) yield n;
      },
    },
  }),
);

const server = listen(undefined, { name: 'messages' });
for await (const message of server) {
  if (message.msg === 'close') globalThis.close();
  else if (message.type === 'post') posts.push(message.msg);
  else void verbs[message.msg[0]](message, message.msg[1]);
}
