import { channel, connect, listen, type Lane } from 'ump-ng';
import { introspect } from 'ump-ng/actors';
import { packed } from 'ump-ng/lanes';
import { equal, fails, ok, throws } from '../../assertions.js';
import { take, takeAll, takeRequest, type AnyServer } from '../../in-process-pair.js';
import { keep } from '../../keep-until-end.js';
import type { AnyClient } from '../../rig.js';
import { theme } from '../../suite-dsl.js';
import { turns, until, upTo } from '../../utilities.js';

const anyChannel = channel<unknown, unknown, unknown, unknown>;

/** A lane that no one else offers. */
const madeUp = (): Lane => ({ ...packed(), name: 'made up' });

/** A server, and its clients by connect(), in this thread. */
function listening(lanes?: readonly Lane[]): {
  server: AnyServer;
  connectBy: (lane?: Lane) => AnyClient;
} {
  const { port1, port2 } = new MessageChannel();
  const server: AnyServer = keep(listen(port1, { lanes }));
  return { server, connectBy: (lane) => keep(connect(port2, { lane })) };
}

/** What both ends have agreed on, so that the next messages take the lane. */
async function onLane(): Promise<{ server: AnyServer; client: AnyClient }> {
  const both = keep(anyChannel({ lane: packed() }));
  await both.client.connected;
  await turns();
  return both;
}

export const lanes = theme('lanes', (check) => {
  check('client and server tell which lane is used', async () => {
    const { server, connectBy } = listening([packed()]);
    const [onLane, plain] = [connectBy(packed()), connectBy()];
    await Promise.all([onLane.connected, plain.connected]);
    equal([onLane.lane, plain.lane], ['packed', 'plain']);
    await until(() => introspect(server).lanes['packed'] === 1);
    equal(introspect(server).lanes, { packed: 1, plain: 1 });
    onLane.close();
    plain.close();
    equal(await takeAll(server), []);
    equal(introspect(server).lanes, {});
  });

  check('a lane that the server does not offer is refused, naming what it offers', async () => {
    for (const [offered, names] of [
      [undefined, 'none'],
      [[], 'none'],
      [[packed()], 'packed'],
      [[packed(), { ...packed(), name: 'other' }], 'packed, other'],
    ] as const) {
      const { server, connectBy } = listening(offered);
      const refused = connectBy(madeUp());
      refused.post('never delivered');
      const error = await fails(refused.req('never delivered'), 'Protocol');
      ok(error.message.includes(`made up: it offers ${names}`), error.message);
      equal((await refused.closed).code, 'Protocol');
      equal(await takeAll(server), []);
    }
  });

  check('a server that refused a client takes the next', async () => {
    const { server, connectBy } = listening([packed()]);
    await fails(connectBy(madeUp()).req(1), 'Protocol');
    const client = connectBy(packed());
    client.post(2);
    client.close();
    equal(await takeAll(server), []);
  });

  check('messages of one turn arrive in order, whatever lane each of them needs', async () => {
    const { server, client } = await onLane();
    class Point {
      x = 1;
    }
    const { port1, port2 } = new MessageChannel();
    const large = new ArrayBuffer(100_000);
    const values: [value: unknown, transfer?: object[]][] = [
      [0],
      [{ n: 1 }],
      [new Point()],
      [[2, /3/]],
      [port1, [port1]],
      ['4'],
      [large, [large]],
      [new Map([[5, new Set([6])]])],
      [new Uint8Array(100_000)],
      [{ n: 7 }],
    ];
    for (const [value, transfer] of values) client.post(value, transfer && { transfer });
    client.close();
    const arrived = await takeAll(server);
    equal(arrived.length, values.length);
    equal(arrived.slice(0, 4), [0, { n: 1 }, { x: 1 }, [2, /3/]]);
    ok(arrived[4] instanceof MessagePort, 'it is no port');
    equal(arrived[5], '4');
    equal((arrived[6] as ArrayBuffer).byteLength, 100_000);
    equal(arrived.slice(7, 8), [new Map([[5, new Set([6])]])]);
    equal(arrived[9], { n: 7 });
    (arrived[4] as { close(): void }).close();
    port2.close();
  });

  check('what is sent is a copy, made at the call', async () => {
    const { server, client } = await onLane();
    const value = { list: [1], date: new Date(5), bytes: new Uint8Array([1]) };
    for (const n of [1, 2, 3]) {
      client.post(value);
      value.list.push(n);
      value.date.setTime(n);
      value.bytes[0] = n + 1;
    }
    equal(await take(server, 3), [
      { list: [1], date: new Date(5), bytes: new Uint8Array([1]) },
      { list: [1, 1], date: new Date(1), bytes: new Uint8Array([2]) },
      { list: [1, 1, 2], date: new Date(2), bytes: new Uint8Array([3]) },
    ]);
    client.close();
  });

  check('a value that cannot be cloned fails at the call, and the others arrive', async () => {
    const { server, client } = await onLane();
    client.post(1);
    client.post({ two: 2 });
    throws(() => {
      client.post({ deep: [{ three: () => 3 }] });
    }, 'DataClone');
    throws(() => {
      client.post({
        get three(): never {
          throw new RangeError('not now');
        },
      });
    }, 'DataClone');
    client.post({ two: 4 });
    equal(await take(server, 3), [1, { two: 2 }, { two: 4 }]);
    const answers = [client.req(5), client.req({ six: 6 })];
    const first = await takeRequest(server);
    const second = await takeRequest(server);
    first.rctx.reply('first');
    throws(() => second.rctx.reply(Symbol('six')), 'DataClone');
    second.rctx.reply('second');
    equal(await Promise.all(answers), ['first', 'second']);
    client.close();
  });

  check('a getter may send a message while another one is sent', async () => {
    const { server, client } = await onLane();
    client.post('first');
    client.post({ n: 'second' });
    client.post({
      n: 'fourth',
      get then(): string {
        client.post({ n: 'third' });
        return 'read';
      },
    });
    client.post('fifth');
    const arrived = await take(server, 4);
    // Errors are searched for in values, which reads the getter as well.
    equal(arrived[0], 'first');
    client.close();
    const all = [...arrived, ...(await takeAll(server))];
    equal(
      all.filter((each) => typeof each === 'string' || 'then' in (each as object)),
      ['first', { n: 'fourth', then: 'read' }, 'fifth'],
    );
  });

  check('more kinds of objects than a lane tells apart', async () => {
    const { server, client } = await onLane();
    const values = upTo(1500).map((n) => ({ n, [`key ${n % 700}`]: n, last: { [n]: true } }));
    for (const value of values) client.post(value);
    for (const value of values) client.post(value);
    equal(await take(server, 3000), [...values, ...values]);
    client.close();
  });

  check('many messages in both directions, with a bounded mailbox', async () => {
    const { server, client } = keep(anyChannel({ lane: packed(), capacity: 10 }));
    void (async () => {
      for await (const message of server)
        if (message.type === 'request') message.rctx.reply(message.msg);
    })();
    const requests = upTo(2000).map((n) => ({ n, text: `message ${n}` }));
    equal(await Promise.all(requests.map((each) => client.req(each))), requests);
    client.close();
  });

  check('what is no lane is refused', async () => {
    for (const lane of [null, 'packed', {}, packed] as never[]) {
      throws(() => channel({ lane }), 'InvalidArgument');
      const { port1, port2 } = new MessageChannel();
      throws(() => connect(port1, { lane }), 'InvalidArgument');
      throws(() => listen(port1, { lanes: [lane] }), 'InvalidArgument');
      throws(() => listen(port1, { lanes: lane }), 'InvalidArgument');
      port2.close();
    }
  });
});
