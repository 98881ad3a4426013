/** An actor in a thread of its own. */
import {
  isUmpError,
  type MessagePort,
  type ReplyContext,
  type UmpError,
  type WeakClient,
  type WorkerLike,
} from 'ump-ng';
import {
  joinRegistry,
  register,
  registeredNames,
  registryPort,
  serveWorker,
  spawn,
  spawnWorker,
  stop,
  whenRegistered,
  type Flow,
  type Handler,
} from 'ump-ng/actors';
import type { There } from '../roles.js';

export type Wish = [
  verb:
    | 'init'
    | 'throw'
    | 'stop'
    | 'hold'
    | 'release'
    | 'exit'
    | 'stuck'
    /** Gives itself that name. */
    | 'register'
    /** Waits for the actor of that name, and asks it what it was given. */
    | 'ask',
  value?: unknown,
];

/** What it is told by spawnWorker(). */
export type Init =
  | {
      says?: unknown;
      fails?: 'making' | 'init' | 'term';
      name?: string;
      /** Its thread does not end by itself. */
      lingers?: boolean;
    }
  | undefined;

class Obedient implements Handler<unknown, Wish> {
  readonly #given: Init;
  readonly #there: There<unknown>;
  readonly #held: ReplyContext<unknown>[] = [];
  #self: WeakClient<unknown, Wish> | undefined = undefined;

  constructor(given: Init, there: There<unknown>) {
    this.#given = given;
    this.#there = there;
    if (given?.fails === 'making') throw new RangeError('making failed');
  }

  async init(self: WeakClient<unknown, Wish>): Promise<void> {
    this.#self = self;
    if (this.#given?.fails === 'init') throw new RangeError('init failed');
    if (this.#given?.name !== undefined) await register(this.#given.name, self);
  }

  req([verb, value]: Wish, rctx: ReplyContext<unknown>): Flow<unknown> {
    switch (verb) {
      case 'init':
        rctx.reply(this.#given?.says);
        return;
      case 'throw':
        throw Object.assign(new RangeError('as asked'), { detail: value });
      case 'stop':
        rctx.reply('stopping');
        return stop(value);
      case 'hold':
        this.#held.push(rctx);
        return;
      case 'release':
        for (const held of this.#held.splice(0)) held.reply(value);
        rctx.reply(value);
        return;
      case 'register':
        return this.#register(value as string, rctx);
      case 'ask':
        return ask(value as string, rctx);
      case 'stuck':
        for (;;);
      case 'exit':
        this.#there.exit();
    }
  }

  async #register(name: string, rctx: ReplyContext<unknown>): Promise<void> {
    await register(name, this.#self!);
    rctx.reply(name);
  }

  term(): void {
    if (this.#given?.fails === 'term') throw new RangeError('term failed');
  }
}

async function ask(name: string, rctx: ReplyContext<unknown>): Promise<void> {
  const found = await whenRegistered<unknown, Wish>(name);
  rctx.reply(await found.req(['init']));
  found.close();
}

/** Until its actor ends. Whoever starts it is at the other end of the port, if there is one. */
export async function act(there: There<undefined>): Promise<void> {
  const endpoint = there.ports[0] ?? there.endpoint;
  const over = { lingers: false };
  await serveWorker(
    (given: Init) => {
      over.lingers = given?.lingers === true;
      return new Obedient(given, there);
    },
    { endpoint },
  );
  if (!over.lingers) there.leave();
}

/** An actor that looks for that name before anybody has started it: not for long, and then again for as long as it takes. */
export async function search(there: There<string>): Promise<void> {
  const over = serveWorker(() => ({}), { endpoint: there.endpoint });
  const found = whenRegistered<string>(there.args, { timeout: 1 });
  there.say(await codeOf(found));
  const controller = new AbortController();
  const aborted = codeOf(whenRegistered(there.args, { signal: controller.signal }));
  controller.abort();
  there.say(await aborted);
  const client = await whenRegistered<string>(there.args);
  client.post('found');
  client.close();
  await over;
  there.leave();
}

/**
 * Joins the family that the first port comes from, and starts the actor at the other end of the second. Passes on what it is told;
 * `undefined`: waits until its own names are gone.
 */
export async function lead(there: There<undefined>): Promise<void> {
  const [family, way] = there.ports;
  joinRegistry(family!);
  const { client } = spawnWorker<unknown, Wish, unknown>(way as unknown as WorkerLike);
  // Not before it was connected: what has this method is taken for a Worker, which would have a line of its own.
  Object.assign(way!, {
    terminate: () => {
      way!.close();
    },
  });
  there.own(client);
  await registeredNames();
  for (;;) {
    there.say('ready');
    const wish = (await there.told()) as Wish | undefined;
    if (wish === undefined) while (await namesAreThere());
    else there.say(await codeOf(client.req(wish)));
  }
}

/** Of what a handler threw, that one's; undefined if there was no error. */
const codeOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt
    .then(
      () => undefined,
      (error: unknown) => (isUmpError(error, 'HandlerFailed') ? error.cause : error) as UmpError,
    )
    .then((error) => error?.code);

/** Joins the family that the port comes from, and has an actor of that name there; again with the next port that it is told. */
export async function join(there: There<string>): Promise<void> {
  const { client, done } = spawn({
    req: (_msg: unknown, rctx: ReplyContext<unknown>) => {
      rctx.reply(`this is ${there.args}`);
    },
  });
  there.own(client);
  joinRegistry(there.ports[0]!);
  await register(there.args, client);
  there.say('registered');
  const next = (await there.told()) as MessagePort;
  // It hears of the death of the first thread in its own time.
  while (await namesAreThere());
  joinRegistry(next);
  await register(there.args, client);
  there.say('registered again');
  await done;
}

const namesAreThere = (): Promise<boolean> =>
  registeredNames().then(
    () => true,
    () => false,
  );

/** Begins a family, and says how to join it. */
export async function begin(there: There<undefined>): Promise<void> {
  const port = await registryPort();
  there.say(port, [port]);
  await there.told();
}
