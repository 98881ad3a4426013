/**
 * The types of actors made of methods. Nothing here runs: `npm run typecheck` is the test, and an
 * error that does not occur where one is expected is an error.
 */
/* eslint-disable @typescript-eslint/no-unused-vars, @typescript-eslint/no-explicit-any,
   @typescript-eslint/no-unnecessary-type-parameters,
   @typescript-eslint/no-unused-expressions,
   @typescript-eslint/no-unsafe-call
   -- values are here for their types, and half of the lines are mistakes on purpose */
import {
  channel,
  connect,
  listen,
  type Result,
  type Server,
  type UmpErrorCode,
  type WorkerLike,
} from 'ump-ng';
import {
  actor,
  callback,
  pool,
  remote,
  remoteObject,
  serve,
  serveWorker,
  spawn,
  spawnWorker,
  stop,
  supervise,
  transferred,
  whereis,
  type Callback,
  type Remote,
  type RemoteObject,
} from 'ump-ng/actors';

/** Equal as types, not only assignable to each other. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(...equal: Same<A, B> extends true ? [] : [never]): void;

class Base {
  inherited(): string {
    return 'base';
  }
}

class Resizer extends Base {
  #factor = 2;
  readonly map = new Map<string, number>();
  readonly list = [1];
  private hidden(): number {
    return this.#factor;
  }
  get half(): number {
    return this.hidden() / 2;
  }
  scale(by: number): number {
    this.#factor = by;
    return this.half;
  }
  post(line: string): string {
    return line;
  }
  toJSON(): string {
    return '';
  }
}

interface Clock {
  now(): number;
  zone?(): string;
}

export async function classes(clock: Clock): Promise<void> {
  const there = remote(spawn(actor(new Resizer())));
  same<ReturnType<typeof there.req.scale>, Promise<number>>();
  same<ReturnType<typeof there.req.inherited>, Promise<string>>();
  same<ReturnType<typeof there.req.post>, Promise<string>>();
  same<keyof typeof there.req, 'scale' | 'inherited' | 'post'>();
  same<keyof typeof there.post, never>();
  // @ts-expect-error: it is private
  there.req.hidden();
  // @ts-expect-error: a getter is not called
  there.req.half;
  // @ts-expect-error: never remote
  there.req.toJSON();
  // @ts-expect-error: a number is missing
  await there.req.scale();

  const clocks = remote(spawn(actor(clock)));
  same<ReturnType<typeof clocks.req.now>, Promise<number>>();
  same<ReturnType<typeof clocks.req.zone>, Promise<string>>();

  const named = remote<Clock>(connect({} as WorkerLike));
  same<ReturnType<typeof named.req.now>, Promise<number>>();
  const inTable = remote(spawn(actor({ req: new Resizer2(), post: { log(_: string) {} } })));
  same<ReturnType<typeof inTable.req.twice>, Promise<number>>();
  inTable.post.log('line');
}

class Resizer2 {
  twice(n: number): number {
    return 2 * n;
  }
}

/** The rule by which an object is a table. */
export function tables(): void {
  const methods = remote(spawn(actor({ req: (n: number) => n, post: () => 1 })));
  same<keyof typeof methods.req, 'req' | 'post'>();
  const both = remote(spawn(actor({ req: { post: () => 1 } })));
  same<keyof typeof both.req, 'post'>();
  // @ts-expect-error: a table has nothing else
  actor({ req: { a: () => 1 }, other: () => 1 });
  // @ts-expect-error: neither a method nor an object of methods
  actor({ req: 5, other: () => 1 });
  // @ts-expect-error: no object
  actor(() => 1);
  // @ts-expect-error: no object
  actor('text');
}

const terse = actor({
  add(a: number, b: number) {
    return a + b;
  },
  twice(a: number) {
    return 2 * this.add(a, 0);
  },
  load(url: string) {
    return fetch(url, { signal: this.signal });
  },
  watched() {
    this.progress({ percent: 5 });
    return transferred(new ArrayBuffer(8), []);
  },
  end: () => stop('over'),
  math: {
    factor: 2,
    negate: (n: number) => -n,
    times(n: number) {
      same<typeof this.factor, number>();
      return this.negate(n) * this.factor;
    },
    load(url: string) {
      return fetch(url, { signal: this.signal });
    },
    *upTo(n: number) {
      yield n;
    },
    deep: { er: () => 'deeper'.repeat(1) },
  },
});

export async function literals(): Promise<void> {
  const spawned = spawn(terse);
  const there = remote(spawned);
  same<Awaited<typeof spawned.done>, string | undefined>();
  same<typeof there, Remote<typeof terse>>();
  same<Parameters<typeof there.req.add>, [a: number, b: number]>();
  same<ReturnType<typeof there.req.twice>, Promise<number>>();
  same<ReturnType<typeof there.req.load>, Promise<Response>>();
  same<ReturnType<typeof there.req.watched>, Promise<ArrayBuffer>>();
  same<ReturnType<typeof there.req.math.negate>, Promise<number>>();
  same<ReturnType<typeof there.req.math.times>, Promise<number>>();
  same<ReturnType<typeof there.req.math.load>, Promise<Response>>();
  same<ReturnType<typeof there.req.math.deep.er>, Promise<string>>();
  for await (const n of there.stream.math.upTo(3)) same<typeof n, number>();
  // @ts-expect-error: a stream is no single reply
  there.req.math.upTo(3);
  // @ts-expect-error: no such method
  there.req.math.none();
  // @ts-expect-error: no method at all
  there.req.math();
  there.with({ onProgress: (value) => same<typeof value, unknown>() });
  there.with({ onProgress: ({ percent }: { percent: number }) => percent });
  // @ts-expect-error: no function
  there.with({ onProgress: 5 });
}

/** `this.signal` in methods of tables that return what they call. */
export function signals(): void {
  const loading = actor({
    req: {
      load(url: string) {
        return fetch(url, { signal: this.signal });
      },
      later: (n: number) => Promise.resolve(n),
    },
    term(stopped) {
      same<typeof stopped, undefined>();
    },
  });
  const there = remote(spawn(loading));
  same<ReturnType<typeof there.req.load>, Promise<Response>>();
}

const odd = actor({
  anything: (text: string): any => JSON.parse(text),
  identity<T>(value: T): T {
    return value;
  },
  constrained<T extends { id: number }>(value: T): T[] {
    return [value];
  },
  maybe(is: boolean): AsyncGenerator<number, string> | null {
    return is ? lines() : null;
  },
  record: () => ({ value: 1 }),
  *moved() {
    yield transferred('item', []);
    return transferred(7, []);
  },
  *plain() {
    yield 1;
  },
});
declare function lines(): AsyncGenerator<number, string>;

export async function oddMethods(): Promise<void> {
  const there = remote(spawn(odd));
  same<ReturnType<typeof there.req.anything>, Promise<any>>();
  same<ReturnType<typeof there.stream.anything>, AsyncGenerator<any>>();
  same<Parameters<typeof there.req.identity>, [value: unknown]>();
  same<ReturnType<typeof there.req.identity>, Promise<unknown>>();
  same<Parameters<typeof there.req.constrained>, [value: { id: number }]>();
  same<ReturnType<typeof there.req.constrained>, Promise<{ id: number }[]>>();
  same<ReturnType<typeof there.req.record>, Promise<{ value: number }>>();
  same<ReturnType<typeof there.stream.maybe>, AsyncGenerator<number, string | null>>();
  same<ReturnType<typeof there.stream.moved>, AsyncGenerator<string, number>>();
  same<ReturnType<typeof there.stream.plain>, AsyncGenerator<number, undefined>>();
  const { value, done } = await there.stream.maybe(true).next();
  if (done === true) same<typeof value, string | null>();
}

export function servers(typed: Server<string, string, number>): void {
  void serve(listen(), terse);
  void serve(
    listen(),
    actor({
      req: {
        add(a: number, b: number) {
          return a + b;
        },
      },
    }),
  );
  void serve(listen(), actor(new Resizer()), { concurrency: 2 });
  const ended = serve(channel().server, terse);
  same<typeof ended, Promise<string | undefined>>();
  // @ts-expect-error: its messages are no calls
  void serve(typed, terse);
}

/** Requesters that know the methods. */
export async function requesters(): Promise<void> {
  const { client } = spawn(terse);
  for (const there of [remote(client), remote(client.clone()), remote(pool(() => spawn(terse)))]) {
    same<ReturnType<typeof there.req.add>, Promise<number>>();
  }
  const { children } = supervise({ one: { start: () => spawn(terse) } });
  const there = remote(children.one);
  same<ReturnType<typeof there.req.add>, Promise<number>>();
  const found = await whereis('name');
  const named = remote<typeof terse>(found!);
  same<ReturnType<typeof named.req.add>, Promise<number>>();
  const posts = remote(spawn(actor({ post: { log: (_: string) => undefined } })));
  posts.post.log('line');
  // @ts-expect-error: the actor has no such method
  remote(client).req.none();
}

interface Init {
  dictionary: string;
}
const served = serveWorker((_: Init) => terse);
const withoutInit = serveWorker(() => terse);
const plainFactory = async (_: Init) => Promise.resolve(actor(new Resizer()));

/** `init` and the methods of a thread have the types of its factory. */
export function threads(): void {
  const worker = spawnWorker<typeof served>('./worker.mjs', { init: { dictionary: 'd' } });
  const there = remote(worker);
  same<ReturnType<typeof there.req.add>, Promise<number>>();
  same<Awaited<typeof worker.done>, string | undefined>();
  const byModule = spawnWorker<{ default: typeof served }>('./w', { init: { dictionary: '' } });
  same<typeof byModule, typeof worker>();
  const byFactory = spawnWorker<typeof plainFactory>('./w', { init: { dictionary: '' } });
  const resizer = remote(byFactory);
  same<keyof typeof resizer.req, 'scale' | 'inherited' | 'post'>();
  spawnWorker<typeof withoutInit>('./worker.mjs');
  spawnWorker<typeof withoutInit>('./worker.mjs', { shutdown: 5 });
  // @ts-expect-error: init is missing
  spawnWorker<typeof served>('./worker.mjs');
  // @ts-expect-error: init is missing
  spawnWorker<typeof served>('./worker.mjs', { shutdown: 5 });
  // @ts-expect-error: a dictionary is text
  spawnWorker<typeof served>('./worker.mjs', { init: { dictionary: 5 } });
  // `typeof Worker`, where Worker is what the module exports by default, or its type.
  const byType = remote<typeof served>(connect({} as WorkerLike));
  same<typeof byType.req.add, typeof there.req.add>();
  same<typeof byType, Remote<typeof served>>();
  const byPool = pool<typeof served>('./w', { init: { dictionary: '' }, size: 2 });
  const inPool = remote(byPool);
  same<typeof inPool.req.add, typeof there.req.add>();
  same<typeof inPool.stream.math.upTo, typeof there.stream.math.upTo>();
  pool<typeof withoutInit>('./worker.mjs');
  pool<typeof withoutInit>(new URL('file:///worker.mjs'), { max: 5 });
  const ofModule = remote(pool<{ default: typeof withoutInit }>('./worker.mjs'));
  same<typeof ofModule.req.add, typeof there.req.add>();
  // @ts-expect-error: init is missing
  pool<typeof served>('./worker.mjs', { size: 2 });
  // @ts-expect-error: a dictionary is text
  pool<typeof served>('./worker.mjs', { init: { dictionary: 5 } });
  // @ts-expect-error: the actor has no such method
  void inPool.req.none();
  // @ts-expect-error: a number is missing
  void inPool.req.add(1);
  spawnWorker('./worker.mjs', { init: 5 });
  spawnWorker<never, string, number>('./worker.mjs', { init: 5 });
}

const methodsServed = serveWorker({
  add(a: number, b: number) {
    return a + b;
  },
  load(url: string) {
    return fetch(url, { signal: this.signal });
  },
  twice(n: number) {
    return this.add(n, n);
  },
  *upTo(n: number) {
    yield n;
  },
  end: () => stop('over'),
  math: { negate: (n: number) => -n },
});
const tablesServed = serveWorker({ post: { log: (_: string) => undefined }, req: new Resizer2() });
const classServed = serveWorker(new Resizer(), { concurrency: 2 });

/** A script that serves an object of methods. */
export function objectsServed(): void {
  const worker = spawnWorker<typeof methodsServed>('./worker.mjs');
  same<Awaited<typeof worker.done>, string | undefined>();
  const there = remote(worker);
  same<Parameters<typeof there.req.add>, [a: number, b: number]>();
  same<ReturnType<typeof there.req.twice>, Promise<number>>();
  same<ReturnType<typeof there.req.load>, Promise<Response>>();
  same<ReturnType<typeof there.req.math.negate>, Promise<number>>();
  same<ReturnType<typeof there.stream.upTo>, AsyncGenerator<number, undefined>>();
  // @ts-expect-error: no such method
  there.req.subtract(1, 2);
  const tables = remote(pool<typeof tablesServed>('./worker.mjs'));
  tables.post.log('line');
  same<ReturnType<typeof tables.req.twice>, Promise<number>>();
  // @ts-expect-error: that one is posted
  tables.req.log('line');
  const resizer = remote(spawnWorker<typeof classServed>('./worker.mjs'));
  same<keyof typeof resizer.req, 'scale' | 'inherited' | 'post'>();
  // @ts-expect-error: neither a function nor an object
  void serveWorker(5);
  // @ts-expect-error: `await` calls this method
  void serveWorker({ req: { then: () => 1 } });
  // @ts-expect-error: a table has nothing else
  void serveWorker({ req: { add: () => 1 }, other: () => 1 });
  // @ts-expect-error: no such option
  void serveWorker({ add: () => 1 }, { size: 2 });
}

/** Calls that fulfil with the outcome. */
export async function outcomes(): Promise<void> {
  const there = remote(spawn(terse));
  same<Parameters<typeof there.tryReq.add>, [a: number, b: number]>();
  same<ReturnType<typeof there.tryReq.add>, Promise<Result<number, unknown>>>();
  same<ReturnType<typeof there.tryReq.math.negate>, Promise<Result<number, unknown>>>();
  same<ReturnType<typeof there.tryReq.watched>, Promise<Result<ArrayBuffer, unknown>>>();
  const result = await there.with({ timeout: 5 }).tryReq.add(1, 2);
  if (result.ok) same<typeof result.value, number>();
  else same<typeof result.error.code, UmpErrorCode>();
  // @ts-expect-error: it may be an error
  result.value;
  // @ts-expect-error: a number is missing
  void there.tryReq.add(1);
  // @ts-expect-error: a stream has no single reply
  void there.tryReq.math.upTo(3);
}

/** A remote ends what it was given. */
export async function disposal(): Promise<void> {
  await using there = remote(pool<typeof methodsServed>('./worker.mjs'));
  same<ReturnType<(typeof there)[typeof Symbol.asyncDispose]>, Promise<void>>();
  await using client = remote<typeof terse>(connect({} as WorkerLike));
  await Promise.all([there.req.add(1, 2), client.req.add(1, 2)]);
}

class Session {
  readonly #user: string;
  constructor(user: string) {
    this.#user = user;
  }
  rename(user: string): string {
    return this.#user + user;
  }
  *lines(): Generator<string> {
    yield this.#user;
  }
}

interface Watching {
  readonly on: { change?: Callback<[from: number, to: number]> };
  readonly list: readonly Callback<[string], boolean>[];
}

const referring = actor({
  each(report: Callback<[number], string>, optional?: Callback) {
    same<typeof report, Callback<[number], string>>();
    same<ReturnType<typeof report>, Promise<string>>();
    void optional?.();
    return report(1);
  },
  watch: (options: Watching, ...rest: Callback<[Date]>[]) => [options, rest].length,
  async sum(numbers: AsyncIterable<number>) {
    let sum = 0;
    for await (const n of numbers) sum += n;
    return sum;
  },
  open: (user: string) => remoteObject(new Session(user)),
  use: (session: RemoteObject<Session>) => session.req.rename('Anna'),
  *lines(each: Callback<[string], string>) {
    yield each;
    return each;
  },
  bare: (report: (n: number) => void) => {
    report(1);
  },
  maybe: (report?: ((n: number) => void) | null, n = 1) => [report, n].length,
  anything: (value: any) => value as unknown,
  unknown: (value: unknown) => value,
  gives: () => () => 1,
  *items() {
    yield callback((s: string) => s.length);
  },
  *bareItems() {
    yield () => 1;
  },
});

/** Callbacks, objects and streams have the same types at both ends. */
export async function byReference(): Promise<void> {
  const { req, stream } = remote(spawn(referring));
  const text = await req.each(callback((n) => n.toFixed()));
  same<typeof text, string>();
  await req.each(
    callback(async (n) => Promise.resolve(n.toFixed())),
    callback(() => undefined),
  );
  const seen: number[] = [];
  await req.watch(
    { on: { change: callback((from, to) => seen.push(from - to)) }, list: [callback((s) => !s)] },
    callback((date) => date.getTime()),
  );
  await req.sum(
    (async function* () {
      yield Promise.resolve(1);
    })(),
  );
  const session = await req.open('ann');
  same<typeof session, RemoteObject<Session>>();
  same<ReturnType<typeof session.req.rename>, Promise<string>>();
  for await (const line of session.stream.lines()) same<typeof line, string>();
  await req.use(session);
  await req.use(remoteObject(new Session('bob')));
  same<
    ReturnType<typeof stream.lines>,
    AsyncGenerator<Callback<[string], string>, Callback<[string], string>>
  >();
  const double = callback((n: number) => 2 * n, { capacity: 2, concurrency: 1 });
  same<typeof double, Callback<[n: number], number>>();
  same<ReturnType<ReturnType<typeof double.with>>, Promise<number>>();
  const moved = callback(() => transferred(new ArrayBuffer(8), []));
  same<typeof moved, Callback<[], ArrayBuffer>>();
  await req.anything(() => 1);
  await req.maybe(null);
  await req.maybe();
  using closing = callback(() => 1);
  closing.close();

  // @ts-expect-error: a bare function
  await req.each((n: number) => n.toFixed());
  // @ts-expect-error: another result
  await req.each(callback((n) => n));
  // @ts-expect-error: other parameters
  await req.each(callback((s: string) => s));
  // @ts-expect-error: a bare function within an object
  await req.watch({ on: { change: () => undefined }, list: [] });
  // @ts-expect-error: the method takes a function, which cannot be sent
  await req.bare(() => undefined);
  // @ts-expect-error: nor does a callback fit
  await req.bare(callback(() => undefined));
  // @ts-expect-error: an optional one
  await req.maybe(() => undefined);
  // @ts-expect-error: its result cannot be called
  (await req.gives())();
  for await (const each of stream.items()) same<typeof each, Callback<[s: string], number>>();
  for await (const each of stream.bareItems()) {
    // @ts-expect-error: an item of a stream cannot be a function
    each();
  }
  // @ts-expect-error: no numbers
  await req.sum(callback(() => 1));
  // @ts-expect-error: another object
  await req.use(callback(() => 1));
  // @ts-expect-error: no object
  remoteObject(() => 1);
  // @ts-expect-error: no function
  callback(5);
}
