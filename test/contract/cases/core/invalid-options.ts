import { channel, connect, listen, type Dropped } from 'ump-ng';
import { equal, fails, throws } from '../../assertions.js';
import { pair, take, takeAll, takeRequest } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import { turns } from '../../utilities.js';

const NO_SIGNALS: readonly unknown[] = [
  ...[5, 'abort', null, {}, new AbortController()],
  { aborted: false, addEventListener: () => undefined },
];

const NO_OPTIONS: readonly unknown[] = [null, 5, 'name'];

const FOR_ALL: readonly unknown[] = [...NO_OPTIONS, { onDropped: 'log' }, { onDropped: {} }];

const FOR_BOTH_SIDES: readonly unknown[] = [
  ...FOR_ALL,
  { name: 5 },
  { name: {} },
  { name: null },
  { heartbeat: '5' },
  { heartbeat: -1 },
  { spin: '5' },
  { spin: -1 },
  { spin: NaN },
  { spin: 1_000_001 },
];

const FOR_CONNECT: readonly unknown[] = [
  ...FOR_BOTH_SIDES,
  { reconnect: 'yes' },
  { reconnect: 1 },
  { timeout: '5' },
  ...NO_SIGNALS.map((signal) => ({ signal })),
];

const FOR_LISTEN: readonly unknown[] = [
  ...FOR_BOTH_SIDES,
  { keepAlive: 'yes' },
  { keepAlive: 1 },
  { capacity: '5' },
];

export const invalidOptions = theme('options of wrong types', (check) => {
  check('connect() throws and sends nothing; a later connect() is the only client', async () => {
    const { port1, port2 } = new MessageChannel();
    const seen: unknown[] = [];
    port2.addEventListener('message', ({ data }) => seen.push(data));
    port2.start();
    for (const options of FOR_CONNECT) {
      throws(() => connect(port1, options as never), 'InvalidArgument');
    }
    await turns();
    equal(seen, []);
    const server = listen(port2);
    const client = connect(port1);
    client.post('served');
    client.close();
    equal(await takeAll(server), ['served']);
    port1.close();
  });

  check('listen() throws and takes no name; a later listen() serves', async () => {
    const { port1, port2 } = new MessageChannel();
    for (const options of FOR_LISTEN) {
      throws(() => listen(port2, options as never), 'InvalidArgument');
    }
    const server = listen(port2);
    const client = connect(port1);
    client.post('served');
    client.close();
    equal(await takeAll(server), ['served']);
    port1.close();
  });

  check('channel() throws', async () => {
    for (const options of FOR_ALL) throws(() => channel(options as never), 'InvalidArgument');
  });

  check('a call with a wrong signal fails, is not sent and uses no credit', async () => {
    const dropped: Dropped[] = [];
    const { server, client } = pair({ capacity: 1, onDropped: (each) => void dropped.push(each) });
    for (const none of NO_SIGNALS) {
      const options = { signal: none as AbortSignal };
      await fails(client.req('never sent', options), 'InvalidArgument');
      const result = await client.tryReq('never sent', options);
      equal(!result.ok && result.error.code, 'InvalidArgument');
    }
    await client.ready();
    const answer = client.req('next');
    const { msg, rctx } = await takeRequest(server);
    equal(msg, 'next');
    rctx.reply('served');
    equal([await answer, dropped], ['served', []]);
    client.close();
  });

  check('a wait with a wrong signal fails, and takes no message', async () => {
    const { server, client } = pair();
    for (const none of NO_SIGNALS) {
      const options = { signal: none as AbortSignal };
      await fails(server.wait(options), 'InvalidArgument');
    }
    const deferred = client.reqDeferred('asked');
    const { rctx } = await takeRequest(server);
    for (const none of NO_SIGNALS) {
      await fails(deferred.wait({ signal: none as AbortSignal }), 'InvalidArgument');
    }
    rctx.reply('answered');
    equal(await deferred.wait(), 'answered');
    client.post('posted');
    equal(await take(server, 1), ['posted']);
    client.close();
  });
});
