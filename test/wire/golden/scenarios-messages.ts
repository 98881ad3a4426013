/** Scenarios about messages: one function per scenario, one step per action. */
import { MessageChannel } from 'node:worker_threads';
import { inspect } from 'node:util';
import { serve, stop, type Handler } from 'ump-ng/actors';
import { ask, context, pair, type Scenario } from './scenario-helpers.js';

const hello: Scenario = async (t) => {
  const { client, server } = await pair(t);
  await t.step('the client closes', () => client.close());
  await t.step('the server, without clients, closes', () => server.close());
};

const post: Scenario = async (t) => {
  const { client, server } = await pair(t);
  const bytes = new Uint8Array([1, 2, 3]).buffer;
  await t.step('posts of every kind', () => {
    for (const value of ['text', undefined, null, -0, { a: [1, { b: 2 }] }]) client.post(value);
  });
  await t.step('a buffer is transferred', () => client.post({ bytes }, { transfer: [bytes] }));
  await t.step('the server takes them', async () => {
    while (!server.isEmpty) await server.wait();
  });
  await t.step('an error in a field', () => client.post({ why: new TypeError('oh') }));
};

const request: Scenario = async (t) => {
  const { client, server } = await pair(t);
  await t.step('two requests', () => {
    ask(client, 'a');
    ask(client, 'b');
  });
  await t.step('answered in the other order, one of them falsy', async () => {
    const [a, b] = [await context(server), await context(server)];
    b.reply(undefined);
    a.reply('A');
  });
  await t.step('a request that is answered with a buffer', async () => {
    ask(client, 'c');
    const bytes = new ArrayBuffer(8);
    (await context(server)).reply(bytes, { transfer: [bytes] });
  });
};

const fail: Scenario = async (t) => {
  const { client, server } = await pair(t);
  for (const error of ['plain', 0, undefined, { code: 404 }]) {
    await t.step(`failed with ${inspect(error)}`, async () => {
      ask(client, 'x');
      (await context(server)).fail(error);
    });
  }
  await t.step('dropped', async () => {
    ask(client, 'x');
    (await context(server))[Symbol.dispose]();
  });
};

const actor: Scenario = async (t) => {
  const { client, server } = await pair(t);
  const handler: Handler<unknown, unknown, unknown, unknown> = {
    req: (msg, rctx) => {
      if (msg === 'throw') throw new RangeError('thrown');
      rctx.reply(msg);
    },
  };
  await t.step('an actor serves', () => void serve(server, handler));
  await t.step('it answers', () => ask(client, 'echo'));
  await t.step('it throws', () => ask(client, 'throw'));
  await t.step('its client closes', () => client.close());
};

const stoppingActor: Scenario = async (t) => {
  const { client, server } = await pair(t);
  const handler: Handler<unknown, unknown, unknown, unknown> = {
    req: (msg, rctx) => {
      rctx.reply(msg);
      return stop();
    },
  };
  await t.step('an actor serves', () => void serve(server, handler));
  await t.step('it answers the first request, and stops', () => {
    ask(client, 'first');
    ask(client, 'second');
    ask(client, new TypeError('third'));
  });
};

const refusingActor: Scenario = async (t) => {
  const { client, server } = await pair(t);
  await t.step('an actor without methods', () => void serve(server, {}));
  await t.step('a request', () => ask(client, 'anything'));
};

const errorValues: Scenario = async (t) => {
  const { client, server } = await pair(t);
  const answerWith = (error: unknown) => async (): Promise<void> => {
    ask(client, 'x');
    (await context(server)).fail(error);
  };
  const error = Object.assign(new RangeError('far'), { code: 7, at: { line: 3 } });
  await t.step('an error with fields of its own', answerWith(error));
  await t.step('with a cause', answerWith(new Error('outer', { cause: new TypeError('inner') })));
  const circle = new Error('circle');
  circle.cause = circle;
  await t.step('that is its own cause', answerWith(circle));
  const many = new AggregateError([new Error('one'), 'two'], 'many');
  await t.step('an AggregateError beside another', answerWith([many, new SyntaxError('last')]));
};

const cancel: Scenario = async (t) => {
  const { client, server } = await pair(t);
  const queued = new AbortController();
  const taken = new AbortController();
  await t.step('two requests, one of them taken', async () => {
    ask(client, 'taken', taken.signal);
    ask(client, 'queued', queued.signal);
    await context(server);
  });
  await t.step('the queued one is cancelled', () => queued.abort());
  await t.step('the taken one is cancelled', () => taken.abort());
  await t.step('a deferred one is disposed', () => client.reqDeferred('x')[Symbol.dispose]());
  await t.step('one is cancelled before it is sent', () => ask(client, 'y', AbortSignal.abort()));
};

const capacity: Scenario = async (t) => {
  const { client, server } = await pair(t, 2);
  await t.step('the mailbox fills, a request waits for credit', () => {
    client.post(1);
    client.post(2);
    ask(client, 3);
  });
  await t.step('one is taken', () => server.wait());
  await t.step('two are taken in one turn', () => {
    server.tryPop();
    server.tryPop();
  });
};

const silence: Scenario = async (t) => {
  const { client } = await pair(t);
  const { port1 } = new MessageChannel();
  await t.step('a request that cannot be cloned sends no frame', async () => {
    ask(client, () => undefined);
    ask(client, { port1 });
    await Promise.resolve();
  });
  await t.step('the next request has the next number', () => ask(client, 'fine'));
  port1.close();
};

export const scenariosOfMessages: Record<string, Scenario> = {
  hello,
  post,
  request,
  fail,
  actor,
  'actor-stops': stoppingActor,
  'actor-refuses': refusingActor,
  'error-values': errorValues,
  cancel,
  capacity,
  silence,
};
