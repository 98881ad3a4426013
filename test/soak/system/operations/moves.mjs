// What moves between threads: servers with their clients and unread messages, clients, contexts.
import { channel } from 'ump-ng';
import { equal, timed } from '../expect.mjs';

const STEP = 10;
let count = 0;

/** Moves a server to one host and on to the other, while its client posts. */
async function moveServer({ near, far }) {
  const number = count++;
  const { server, client } = channel();
  let posted = 0;
  const postSome = () => {
    for (let n = 0; n < STEP; n++) client.post(posted++);
  };
  postSome();
  const first = server.transfer();
  await near.with({ transfer: [first] }).req.adopt(number, first, []);
  postSome();
  const { port, seen } = await near.req.release(number);
  postSome();
  await far.with({ transfer: [port] }).req.adopt(number, port, seen);
  postSome();
  equal(await client.req('seen'), [...Array(posted).keys()], 'the posts of a server that moved');
  client.close();
}

export const moves = [
  {
    name: 'moved server',
    every: 500,
    run: (system) => timed(system.tally, 'moved server', () => moveServer(system)),
  },
  {
    name: 'moved client',
    every: 250,
    run: async ({ hub, near, tally, random }) => {
      const numbers = Array.from({ length: 5 }, random);
      const answers = await timed(tally, 'moved client', () => {
        const port = hub.clone().transfer();
        return near.with({ transfer: [port] }).req.useClient(port, numbers);
      });
      equal(
        answers,
        numbers.map((n) => n + 1),
        'the answers of a client that moved',
      );
    },
  },
  {
    name: 'moved context',
    every: 250,
    run: async ({ far, tally, random }) => {
      const value = random();
      await timed(tally, 'moved context', async () => {
        const { server, client } = channel();
        const answer = client.req('question');
        const { rctx } = await server.wait();
        const port = rctx.transfer();
        server.close();
        await far.with({ transfer: [port] }).req.answer(port, value);
        equal(await answer, value, 'the answer of a context that moved');
        client.close();
      });
    },
  },
];
