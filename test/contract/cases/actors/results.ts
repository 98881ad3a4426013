/** What methods may return: transferred values, generators with a result, nothing. */
import { channel, PostClient, type MessagePort, type WorkerLike } from 'ump-ng';
import * as actors from 'ump-ng/actors';
import { equal, fails, throws } from '../../assertions.js';
import { pair, takeRequest } from '../../in-process-pair.js';
import { closeAtEnd, keep } from '../../keep-until-end.js';
import type { Capability, Rig } from '../../rig.js';
import type { Methods } from '../../roles/methods.js';
import { theme } from '../../suite-dsl.js';

// The first build, which test/versions runs this file with, has no transferred().
const { actor, remote, spawn, spawnWorker, stop } = actors;
const transferred: typeof actors.transferred = (...args) => actors.transferred(...args);

const REAL: readonly Capability[] = ['threads', 'workers', 'death'];

/** The actor of roles/methods.ts in a thread. */
export async function methodsInThread(rig: Rig) {
  const thread = await rig.thread();
  thread.run('serveMethods', undefined).result.catch(() => undefined);
  const worker = spawnWorker<Methods>(thread.endpoint as WorkerLike, { init: { size: 8 } });
  closeAtEnd(worker.client);
  return remote(worker);
}

/** Buffers that were made over there, to see whether they were moved. */
const made: ArrayBuffer[] = [];

function makeBuffer(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  made.push(buffer);
  return buffer;
}

const results = actor({
  copied: () => makeBuffer(),
  moved() {
    const buffer = makeBuffer();
    return transferred({ buffer }, [buffer]);
  },
  async movedLater() {
    await Promise.resolve();
    return this.movedNow();
  },
  movedNow() {
    const buffer = makeBuffer();
    return transferred(buffer, [buffer]);
  },
  wrong: () => transferred(1, [{}]),
  taken() {
    this.rctx.reply('by itself');
    const buffer = makeBuffer();
    return transferred(buffer, [buffer]);
  },
  *items() {
    const [item, end] = [makeBuffer(), makeBuffer()];
    yield transferred(item, [item]);
    return transferred(end, [end]);
  },
  async *lines(count: number) {
    for (let n = 0; n < count; n++) yield Promise.resolve(n);
    return { count };
  },
  *plain() {
    yield 1;
  },
  *uncloneable() {
    yield 1;
    return () => 2;
  },
  *ends() {
    yield 1;
    return stop('stopped');
  },
  maybe(is: boolean): AsyncGenerator<number, string> | null {
    return is ? counting() : null;
  },
  nothing(): Generator<number> | undefined {
    return undefined;
  },
  value: () => ({ value: 1, done: true }),
  anything: (text: string): unknown => JSON.parse(text),
  identity<T>(value: T): T {
    return value;
  },
});

async function* counting(): AsyncGenerator<number, string> {
  yield Promise.resolve(1);
  return 'end';
}

const calling = () => remote(closeAtEnd(spawn(results, { onError: () => undefined }).client));

/** The items of a stream, and what its generator returned. */
async function allOf<T, R>(stream: AsyncIterator<T, R>): Promise<[T[], R]> {
  const items: T[] = [];
  for (;;) {
    const { value, done } = await stream.next();
    if (done === true) return [items, value];
    items.push(value);
  }
}

export const actorResults = theme('actors: results of methods', (check) => {
  check('a transferred result is moved', async () => {
    const there = calling();
    made.length = 0;
    equal((await there.req.moved()).buffer.byteLength, 8);
    equal((await there.req.movedLater()).byteLength, 8);
    equal((await there.req.movedNow()).byteLength, 8);
    equal((await there.req.copied()).byteLength, 8);
    equal(await there.req.taken(), 'by itself');
    const lengths = made.map((buffer) => buffer.byteLength);
    equal(lengths, [0, 0, 0, 8, 8]);
  });

  check('transferred items and results of a generator are moved', async () => {
    const there = calling();
    made.length = 0;
    const [[item], end] = await allOf(there.stream.items());
    equal([item?.byteLength, end.byteLength], [8, 8]);
    const lengths = made.map((buffer) => buffer.byteLength);
    equal(lengths, [0, 0]);
  });

  check('what cannot be transferred rejects the call', async () => {
    const { cause } = await fails(calling().req.wrong(), 'HandlerFailed');
    equal((cause as { code?: unknown }).code, 'DataClone');
    throws(() => transferred(1, 'no list' as never), 'InvalidArgument');
  });

  check('a transferred result comes from another thread', REAL, async (rig) => {
    const there = await methodsInThread(rig);
    equal((await there.req.buffer()).byteLength, 8);
  });

  check('what a generator returns is the value at its end', async () => {
    const there = calling();
    equal(await allOf(there.stream.lines(3)), [[0, 1, 2], { count: 3 }]);
    equal(await allOf(there.stream.lines(0)), [[], { count: 0 }]);
    equal(await allOf(there.stream.plain()), [[1], undefined]);
  });

  check('what a generator returns comes from another thread', REAL, async (rig) => {
    const there = await methodsInThread(rig);
    equal(await allOf(there.stream.lines(2)), [[0, 1], '2 lines']);
  });

  check('what a generator returns must be cloneable', async () => {
    const stream = calling().stream.uncloneable();
    equal((await stream.next()).value, 1);
    const { cause } = await fails(stream.next(), 'HandlerFailed');
    equal((cause as { code?: unknown }).code, 'DataClone');
  });

  check('a generator that returns stop() ends the actor', async () => {
    const { client, done } = spawn(results);
    equal(await allOf(remote(closeAtEnd(client)).stream.ends()), [[1], undefined]);
    equal(await done, 'stopped');
  });

  check('a stream may be missing', async () => {
    const there = calling();
    equal(await allOf(there.stream.maybe(true)), [[1], 'end']);
    equal(await allOf(there.stream.maybe(false)), [[], null]);
    equal(await allOf(there.stream.nothing()), [[], undefined]);
  });

  check('a reply that looks like the end of a generator arrives whole', async () => {
    const there = calling();
    equal(await there.req.value(), { value: 1, done: true });
    equal(await there.req.anything('[1]'), [1]);
    equal(await there.req.identity('same'), 'same');
  });

  check('a caller that knows no results of generators gets the end alone', async () => {
    const { client } = spawn(results);
    const { client: sink, server } = channel<unknown, never, never>();
    keep(server);
    const port = sink.postOnly().transfer();
    sink.close();
    const req = closeAtEnd(client).req.bind(client) as (
      msg: unknown,
      options: object,
    ) => Promise<unknown>;
    equal(await req(['lines', [1], port], { transfer: [port] }), 'end of stream');
  });

  check('an actor that knows no results of generators ends a stream without one', async () => {
    const { server, client } = pair();
    const end = allOf(remote<typeof results>(client as never).stream.lines(1));
    const { msg, rctx } = await takeRequest(server);
    const [, , port] = msg as [string, unknown[], MessagePort];
    PostClient.from(port).close();
    rctx.reply('end of stream');
    equal((await end)[1], undefined);
  });
});
