// A page that calls a worker, whose bundle may have another build. `calls(url)` fulfils with the
// outcomes.
import { Client, connect, ReplyContext } from 'ump-ng';
import * as actors from 'ump-ng/actors';

const started = (url) => {
  const worker = new Worker(url, { type: 'module' });
  return { worker, client: connect(worker, { name: 'messages' }) };
};

const codeOf = (call) =>
  call.then(
    () => 'no error',
    ({ code }) => code,
  );

/** Each gets a client of the worker's server, and that Worker. */
const cases = {
  request: ({ client }) => client.req(['echo', { deep: [1n, new Map([['a', 1]])] }]),

  async posts({ client }) {
    for (const n of [1, 2, 3]) client.post(n);
    return client.req(['posts']);
  },

  async failure({ client }) {
    const { error } = await client.tryReq(['fail', 'why']);
    return [error.code, error.appError];
  },

  async 'a cancelled request'({ client }) {
    const controller = new AbortController();
    const held = codeOf(client.req(['hold', 'cancelled'], { signal: controller.signal }));
    const aborted = client.req(['aborted', 'cancelled']);
    controller.abort();
    return [await held, await aborted];
  },

  'a request that times out': ({ client }) =>
    codeOf(client.req(['hold', 'timeout'], { timeout: 1 })),

  async 'a clone'({ client }) {
    const clone = client.clone();
    const answer = await clone.req(['echo', 'clone']);
    clone.close();
    return answer;
  },

  async 'a moved client'({ client }) {
    const port = client.clone().transfer();
    return client.req(['use', port], { transfer: [port] });
  },

  async 'a client that comes back'({ client }) {
    const other = Client.from(await client.req(['client']));
    const answer = await other.req(['echo', 'from there']);
    other.close();
    return answer;
  },

  async 'a moved reply context'({ client }) {
    const held = client.req(['hold', 'moved']);
    ReplyContext.from(await client.req(['move', 'moved'])).reply('by the page');
    return held;
  },

  async 'a bounded mailbox'({ worker }) {
    const bounded = connect(worker, { name: 'bounded' });
    await bounded.connected;
    const codes = [];
    for (const n of [1, 2]) {
      try {
        bounded.post(n);
      } catch ({ code }) {
        codes.push(code);
      }
    }
    bounded.close();
    return codes;
  },

  async methods({ worker }) {
    const there = actors.remote(connect(worker, { name: 'actor' }));
    const items = [];
    for await (const item of there.stream.upTo(3)) items.push(item);
    return [await there.req.double(21), items];
  },

  async 'a callback'({ worker }) {
    if (actors.callback === undefined) return 'unknown here';
    const there = actors.remote(connect(worker, { name: 'actor' }));
    try {
      return await there.req.call(actors.callback((n) => n + 1));
    } catch ({ code }) {
      return code;
    }
  },

  async 'a worker that is terminated'({ worker, client }) {
    const held = codeOf(client.req(['hold', 'terminated']));
    await client.req(['echo', 0]);
    worker.terminate();
    return [await held, await codeOf(client.req(['echo', 0]))];
  },

  async 'a worker that closes'({ client }) {
    const held = codeOf(client.req(['hold', 'closes']));
    client.post('close');
    return [await held, (await client.closed).code];
  },
};

globalThis.calls = async (url) => {
  const outcomes = {};
  for (const [name, run] of Object.entries(cases)) {
    const there = started(url);
    outcomes[name] = await run(there).catch((error) => String(error.stack));
    there.worker.terminate();
  }
  // What JSON cannot show.
  return JSON.parse(
    JSON.stringify(outcomes, (_key, value) => {
      if (typeof value === 'bigint') return `${value}n`;
      return value instanceof Map ? [...value] : value;
    }),
  );
};
