// A thread that hosts what moves: servers, clients and reply contexts. It also streams, calls back,
// and has a method that only ends when its caller gives up.
import { Client, ReplyContext, Server } from 'ump-ng';
import { callback, remoteObject, serveWorker, transferred } from 'ump-ng/actors';
import { probe } from '../probe.mjs';

/** The servers that are here now, by number: what each has seen, and the end of its loop. */
const adopted = new Map();
let waiting = 0;

async function run(number, server, seen) {
  for await (const message of server) {
    if (message.type === 'post') seen.push(message.msg);
    else message.rctx.reply(seen);
  }
  adopted.delete(number);
}

serveWorker(
  {
    echo: (value) => value,

    bounce: (buffer) => transferred(buffer, [buffer]),

    /** A port of the application: what comes in goes back, without this package. */
    echoPort(port) {
      port.onmessage = ({ data }) => port.postMessage(data);
    },

    /** Never answers. */
    forever() {
      const { signal } = this;
      if (signal.aborted) return undefined;
      waiting++;
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          waiting--;
          resolve();
        });
      });
    },

    async *count(to) {
      for (let n = 0; n < to; n++) yield n;
    },

    async callBack(report, times) {
      const answers = [];
      for (let n = 0; n < times; n++) answers.push(await report(n));
      report.close();
      return answers;
    },

    makeCounter() {
      let count = 0;
      return remoteObject({ add: (n) => (count += n) });
    },

    twice: () => callback((n) => 2 * n),

    adopt(number, port, seen) {
      const server = Server.from(port);
      adopted.set(number, { server, seen, ended: run(number, server, seen) });
    },

    async release(number) {
      const { server, seen, ended } = adopted.get(number);
      const port = server.transfer();
      await ended;
      return transferred({ port, seen }, [port]);
    },

    answer(port, value) {
      return ReplyContext.from(port).reply(value);
    },

    async useClient(port, numbers) {
      const client = Client.from(port);
      const answers = await Promise.all(numbers.map((n) => client.req(n)));
      client.close();
      return answers;
    },

    async probe() {
      return { ...(await probe()), 'adopted servers': adopted.size, 'calls that wait': waiting };
    },
  },
  { concurrency: 64 },
);
