// Clients that come and go, names, and mailboxes that are full.
import { channel, isUmpError } from 'ump-ng';
import { actor, register, remote, spawn, whereis } from 'ump-ng/actors';
import { equal, timed } from '../expect.mjs';
import { visit } from '../surroundings.mjs';

/** The sum of n + 1 for the twenty questions of a visitor. */
const SUM_OF_ANSWERS = 210;
let names = 0;
let visits = 0;

async function useClients(hub) {
  const clients = [hub.clone(), hub.clone(), hub.clone()];
  equal(await Promise.all(clients.map((each, n) => each.req(n))), [1, 2, 3], 'answers to clones');
  const weak = hub.weak();
  const strong = await weak.upgrade();
  equal(await strong.req(4), 5, 'the answer to a weak client');
  const poster = hub.postOnly();
  poster.post('hello');
  for (const each of [...clients, weak, strong, poster]) each.close();
}

async function fillMailbox() {
  const { server, client } = channel({ capacity: 8 });
  const seen = [];
  const reading = (async () => {
    for await (const { msg } of server) seen.push(msg);
  })();
  for (let n = 0; n < 50;) {
    try {
      client.post(n);
      n++;
    } catch (error) {
      if (!isUmpError(error, 'MailboxFull')) throw error;
      await client.ready();
    }
  }
  client.close();
  await reading;
  equal(seen, [...Array(50).keys()], 'the posts of a bounded mailbox');
}

async function useName() {
  const name = `actor ${names++}`;
  const { client, done } = spawn(actor({ double: (n) => 2 * n }));
  const registration = await register(name, client);
  const found = await whereis(name);
  equal(await remote(found).req.double(21), 42, 'the answer of an actor that has a name');
  found.close();
  registration.close();
  client.close();
  await done;
}

export const visiting = [
  {
    name: 'clients',
    every: 200,
    run: ({ hub, tally }) => timed(tally, 'clients', () => useClients(hub)),
  },
  {
    name: 'visitor',
    every: 2500,
    run: async ({ hub, tally }) => {
      const report = await timed(tally, 'visitor', () => visit(hub, visits++ % 2 === 0));
      equal(report, { sum: SUM_OF_ANSWERS }, 'the report of a visitor');
    },
  },
  {
    name: 'full mailbox',
    every: 300,
    run: ({ tally }) => timed(tally, 'full mailbox', fillMailbox),
  },
  { name: 'name', every: 500, run: ({ tally }) => timed(tally, 'name', useName) },
];
