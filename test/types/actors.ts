/**
 * The types of actors. Nothing here runs: `npm run typecheck` is the test, and an error that does
 * not occur where one is expected is an error.
 */
/* eslint-disable @typescript-eslint/no-unused-vars, @typescript-eslint/no-unsafe-call,
   @typescript-eslint/no-unnecessary-type-parameters, @typescript-eslint/no-invalid-void-type,
   @typescript-eslint/no-unused-expressions
   -- values are here for their types, and half of the lines are mistakes on purpose */
import {
  channel,
  type AbortSignal,
  type Client,
  type Dropped,
  type ReplyContext,
  type WeakClient,
} from 'ump-ng';
import {
  actor,
  introspect,
  joinRegistry,
  onDeadLetter,
  pool,
  register,
  registeredNames,
  registryPort,
  remote,
  serveWorker,
  spawn,
  spawnWorker,
  stop,
  supervise,
  whenRegistered,
  whereis,
  type Actor,
  type Handler,
  type Pool,
  type PoolRequester,
  type ServerStats,
  type Spawned,
  type StableRequester,
} from 'ump-ng/actors';

/** Equal as types, not only assignable to each other. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(...equal: Same<A, B> extends true ? [] : [never]): void;

interface Task {
  text: string;
}
interface Refused {
  status: number;
}

export function handlers(): void {
  class Counter implements Handler<Task, string, number, Refused, boolean> {
    init(self: WeakClient<Task, string, number, Refused>) {
      same<typeof self, WeakClient<Task, string, number, Refused>>();
    }
    post(task: Task) {
      return task.text === '' ? stop(true) : undefined;
    }
    req(word: string, rctx: ReplyContext<number, Refused>) {
      rctx.reply(word.length);
      rctx.fail({ status: 404 });
      // @ts-expect-error: the reply is a number
      rctx.reply('three');
    }
    term(stopped: boolean | undefined) {
      return stopped;
    }
  }
  const counter = spawn(new Counter());
  same<typeof counter, Spawned<Task, string, number, Refused, boolean>>();
  same<typeof counter.client, Client<Task, string, number, Refused>>();
  same<Awaited<typeof counter.done>, boolean | undefined>();

  const made = spawn((self: WeakClient<Task, string, number, Refused>) => {
    self.close();
    return new Counter();
  });
  same<typeof made.done, Promise<boolean | undefined>>();

  // @ts-expect-error: it must return stop(…), or nothing
  const wrong: Handler<Task> = { post: () => 7 };
}

const everything = actor({
  post: {
    log(line: string, level?: number) {
      line.repeat(level ?? 1);
    },
  },
  req: {
    add(a: number, b: number) {
      return a + b;
    },
    async find(name: string) {
      return Promise.resolve({ name });
    },
    nothing() {
      // Only its type is used.
    },
    *count(to: number) {
      yield to;
    },
    async *lines() {
      yield Promise.resolve('text');
    },
    list: () => [1, 2],
    end: () => stop('over'),
    maybe: (now: boolean) => (now ? stop(1) : 'not yet'),
    context() {
      same<typeof this.signal, AbortSignal>();
      same<typeof this.rctx, ReplyContext<unknown, unknown>>();
      // @ts-expect-error: there is nothing else
      this.other;
    },
  },
});

// @ts-expect-error: `await` calls this method
actor({ req: { then: () => 1 } });
// @ts-expect-error: JSON.stringify() calls this method
actor({ post: { toJSON: () => undefined } });

export async function methods(): Promise<void> {
  const { client, done } = spawn(everything);
  const there = remote<typeof everything>(client);
  same<Awaited<typeof done>, string | number | undefined>();

  same<ReturnType<typeof there.req.add>, Promise<number>>();
  same<Parameters<typeof there.req.add>, [a: number, b: number]>();
  same<Awaited<ReturnType<typeof there.req.find>>, { name: string }>();
  same<Awaited<ReturnType<typeof there.req.list>>, number[]>();
  same<Awaited<ReturnType<typeof there.req.end>>, undefined>();
  same<Awaited<ReturnType<typeof there.req.maybe>>, 'not yet'>();
  same<ReturnType<typeof there.post.log>, void>();
  there.post.log('line');
  there.post.log('line', 2);
  // @ts-expect-error: a level is a number
  there.post.log('line', 'high');

  for await (const n of there.stream.count(3)) same<typeof n, number>();
  for await (const line of there.stream.lines()) same<typeof line, string>();

  // @ts-expect-error: a number is missing
  await there.req.add(1);
  // @ts-expect-error: no such number
  await there.req.add('1', 2);
  // @ts-expect-error: no such method
  await there.req.subtract(1, 2);
  // @ts-expect-error: that one is posted
  await there.req.log('line');
  // @ts-expect-error: that one is requested
  there.post.add(1, 2);
  // @ts-expect-error: a stream is no single reply
  await there.req.count(3);
  // @ts-expect-error: an array is a single reply
  void there.stream.list();
  // @ts-expect-error: no such option
  there.with({ retries: 3 });
  there.with({ idempotent: 2, killAfter: 5, buffer: 3 });

  const bound = there.with({ timeout: 100, signal: AbortSignal.timeout(1), buffer: 4 });
  same<typeof bound, typeof there>();

  // @ts-expect-error: another actor's client
  remote<typeof everything>(spawn(actor({ req: { other: () => 1 } })).client);
}

export async function threads(): Promise<void> {
  interface Init {
    dictionary: string;
  }
  const make = ({ dictionary }: Init): typeof everything => {
    same<typeof dictionary, string>();
    return everything;
  };
  void serveWorker(make);
  void serveWorker(() => ({
    req: (word: string, rctx: ReplyContext<number>) => void rctx.reply(word.length),
  }));

  const worker = spawnWorker<string, string, number, Refused, boolean>('./worker.mjs', { init: 1 });
  same<typeof worker.client, Client<string, string, number, Refused>>();
  same<typeof worker.done, Promise<boolean | undefined>>();
  type Messages<A> = A extends Actor<infer P, infer R> ? [P, R] : never;
  same<Messages<typeof everything>[0], { log(line: string, level?: number): void }>();
  // @ts-expect-error: no caller could reach it
  spawnWorker(7);

  await using disposed = spawnWorker<string, string, number>('./worker.mjs', {
    worker: { name: 'a', resourceLimits: { stackSizeMb: 4 }, execArgv: [], other: true },
  });
  // @ts-expect-error: a name is text
  spawnWorker('./worker.mjs', { worker: { name: 5 } });
  disposed;
}

export async function supervision(): Promise<void> {
  const url = new URL('file:///worker.mjs');
  const { children } = supervise({
    plain: { start: () => spawnWorker<Task, string, number, Refused>('./worker.mjs') },
    later: { start: () => Promise.resolve(spawn(everything)) },
    silent: { start: () => ({ done: Promise.resolve() }) },
    many: {
      start: () => {
        const client = pool(() => spawnWorker<Task, string, number, Refused>('./worker.mjs'));
        return { client, done: client.done };
      },
    },
  });
  same<typeof children.many, PoolRequester<Task, string, number, Refused>>();
  // @ts-expect-error: only pools kill
  await children.plain.req('word', { killAfter: 5 });
  same<typeof children.plain, StableRequester<Task, string, number, Refused>>();
  same<typeof children.silent, never>();
  await using scripted = supervise({ a: { start: './worker.mjs', init: 1 }, b: { start: url } });
  same<typeof scripted.children.a, StableRequester>();
  same<typeof scripted.children.b, StableRequester>();
  await remote<typeof everything>(scripted.children.a).req.add(1, 2);
  const length: number = await children.plain.req('word', { idempotent: 1, timeout: 5 });
  // @ts-expect-error: a word is text
  await children.plain.req(length);
  // @ts-expect-error: no such child
  children.missing;

  const there = remote<typeof everything>(children.later);
  same<ReturnType<typeof there.req.add>, Promise<number>>();
  // @ts-expect-error: it has no done
  supervise({ a: { start: () => ({}) } });
  // @ts-expect-error: no such strategy
  supervise({}, { strategy: 'all' });
}

export async function pools(): Promise<void> {
  const workers = pool(() => spawnWorker<Task, string, number, Refused>('./worker.mjs'), {
    max: 4,
  });
  same<typeof workers, Pool<Task, string, number, Refused>>();
  const steady: StableRequester<Task, string, number, Refused> = workers;
  const length: number = await workers.req('word', { killAfter: 5, idempotent: 1 });
  // @ts-expect-error: a word is text
  await workers.req(length);
  const [first] = await workers.reqAll('word');
  if (first?.ok === true) same<typeof first.value, number>();
  workers.postAll({ text: '' });
  // @ts-expect-error: no such route
  pool(() => spawn(everything), { route: 'nearest' });

  const url = new URL('file:///worker.mjs');
  await using scripted = pool<Task, string, number>(url, {
    size: 2,
    init: 1,
    worker: { name: '' },
  });
  same<typeof scripted, Pool<Task, string, number>>();
  const untyped = pool('./worker.mjs');
  same<typeof untyped, Pool>();
  await remote<typeof everything>(untyped).req.add(1, 2);
  // @ts-expect-error: that is of a script
  pool(() => spawn(everything), { init: 1 });
  // @ts-expect-error: each worker needs its own
  pool('./worker.mjs', { transfer: [] });
  const calculators = pool(() => spawn(everything), {
    route: ([name]: [string, ...unknown[]]) => name,
  });
  same<ReturnType<ReturnType<typeof remote<typeof everything>>['req']['add']>, Promise<number>>();
  await remote<typeof everything>(calculators).req.add(1, 2);
  steady;
}

export async function names(): Promise<void> {
  const { client } = spawn(everything);
  const registration = await register('everything', client);
  same<typeof registration.name, string>();
  await register('weak', client.weak());
  // @ts-expect-error: a name is text
  await register(5, client);
  const workers = pool(() => spawn(everything));
  // @ts-expect-error: a pool cannot be sent to other threads
  await register('workers', workers);

  const found = await whereis<Task, string, number, Refused>('worker');
  same<typeof found, Client<Task, string, number, Refused> | undefined>();
  const waited = await whenRegistered<Task, string, number>('worker', { timeout: 5 });
  same<typeof waited, Client<Task, string, number>>();
  same<Awaited<ReturnType<typeof registeredNames>>, string[]>();
  joinRegistry(await registryPort());
}

export async function looks(): Promise<void> {
  const { server } = channel<Task, string, number, Refused>();
  same<ReturnType<typeof introspect>, ServerStats>();
  const { queued } = introspect(server);
  same<typeof queued, number>();
  const stats = await spawn(everything).stats();
  same<typeof stats, ServerStats>();
  const stop = onDeadLetter((dropped) => {
    same<typeof dropped, Dropped>();
  });
  same<typeof stop, () => void>();
}
