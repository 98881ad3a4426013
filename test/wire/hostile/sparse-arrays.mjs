// Frames with sparse arrays: tiny on the wire, but iterating them takes forever. One case per
// process, because an endless loop cannot be interrupted.
import { MessageChannel } from 'node:worker_threads';
import { Client, Server, channel } from 'ump-ng';

const endless = new Array(2 ** 32 - 1);
endless[0] = { name: 'Error', message: 'm', stack: 's', fields: {} };
const [HELLO, REQ, CANCEL, ADOPTED] = [0, 4, 5, 16];
const hello = (role) => [HELLO, 'ump-ng', 2, role, [2, 0, []]];

const { server, client } = channel();
const { port1, port2 } = new MessageChannel();
const say = (...frames) => {
  for (const frame of frames) port2.postMessage(frame);
};
const heard = new Promise((resolve) => {
  port2.on('message', ([tag]) => tag !== HELLO && resolve(tag));
  port2.on('close', () => resolve('closed'));
});
let serving = server;

const CASES = {
  'records of errors'() {
    server.accept(port1);
    say(hello(0), [REQ, 1, 'x', undefined, endless]);
  },
  'a transfer list'() {
    server.accept(port1);
    serving = Server.from(server.transfer());
    say(hello(0), [REQ, 1, 'x', endless]);
  },
  'moved ids'() {
    const lost = Client.from(port1);
    say(hello(1), [ADOPTED, endless, 0]);
    return lost.closed;
  },
  'a field that its frame does not have'() {
    server.accept(port1);
    say(hello(0), [CANCEL, 1, 'a', 'b', 'c', endless], [REQ, 1, 'x']);
  },
  'the frame itself'() {
    server.accept(port1);
    const frame = new Array(2 ** 32 - 1);
    Object.assign(frame, [REQ, 1, 'x']);
    say(hello(0), frame);
  },
};

await CASES[process.argv[2]]();
void (async () => {
  for await (const message of serving) message.rctx?.reply(message.msg);
})();
await heard;
console.log(await client.req('honest'));
process.exit();
