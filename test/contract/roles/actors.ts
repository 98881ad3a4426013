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
import type { RoleEnv } from '../roles.js';
import { hang } from '../utilities.js';

export type ActorCommand = [
  verb:
    | 'init'
    | 'throw'
    | 'stop'
    | 'hold'
    | 'release'
    | 'exit'
    | 'stuck'
    /** Registers itself under that name. */
    | 'register'
    /** Waits for the actor of that name, and replies that actor's `init` value. */
    | 'ask',
  value?: unknown,
];

/** The `init` option of spawnWorker(). */
export type Init =
  | {
      says?: unknown;
      fails?: 'making' | 'init' | 'term';
      name?: string;
      /** The actor stops after this number of calls. */
      stopsAfter?: number;
      /** The thread does not end by itself. */
      lingers?: boolean;
    }
  | undefined;

class CommandHandler implements Handler<unknown, ActorCommand> {
  readonly #init: Init;
  readonly #env: RoleEnv<unknown>;
  readonly #held: ReplyContext<unknown>[] = [];
  #self: WeakClient<unknown, ActorCommand> | undefined = undefined;
  #calls = 0;

  constructor(init: Init, env: RoleEnv<unknown>) {
    this.#init = init;
    this.#env = env;
    if (init?.fails === 'making') throw new RangeError('making failed');
  }

  async init(self: WeakClient<unknown, ActorCommand>): Promise<void> {
    this.#self = self;
    if (this.#init?.fails === 'init') throw new RangeError('init failed');
    if (this.#init?.name !== undefined) await register(this.#init.name, self);
  }

  req([verb, value]: ActorCommand, rctx: ReplyContext<unknown>): Flow<unknown> {
    switch (verb) {
      case 'init':
        rctx.reply(this.#init?.says);
        return ++this.#calls === this.#init?.stopsAfter ? stop() : undefined;
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
        return hang();
      case 'exit':
        this.#env.exit();
    }
  }

  async #register(name: string, rctx: ReplyContext<unknown>): Promise<void> {
    await register(name, this.#self!);
    rctx.reply(name);
  }

  term(): void {
    if (this.#init?.fails === 'term') throw new RangeError('term failed');
  }
}

async function ask(name: string, rctx: ReplyContext<unknown>): Promise<void> {
  const found = await whenRegistered<unknown, ActorCommand>(name);
  rctx.reply(await found.req(['init']));
  found.close();
}

/**
 * Serves an actor until the actor ends. Its parent is at the other end of the port, if there is
 * one.
 */
export async function serveActor(env: RoleEnv<undefined>): Promise<void> {
  const endpoint = env.ports[0] ?? env.endpoint;
  const over = { lingers: false };
  await serveWorker(
    (init: Init) => {
      over.lingers = init?.lingers === true;
      return new CommandHandler(init, env);
    },
    { endpoint },
  );
  if (!over.lingers) env.leave();
}

/**
 * Looks a name up before it is registered: with a timeout, with an aborted signal, then without
 * limit.
 */
export async function lookUpName(env: RoleEnv<string>): Promise<void> {
  const over = serveWorker(() => ({}), { endpoint: env.endpoint });
  const found = whenRegistered<string>(env.args, { timeout: 1 });
  env.send(await codeOf(found));
  const controller = new AbortController();
  const aborted = codeOf(whenRegistered(env.args, { signal: controller.signal }));
  controller.abort();
  env.send(await aborted);
  const client = await whenRegistered<string>(env.args);
  client.post('found');
  client.close();
  await over;
  env.leave();
}

/**
 * Joins the registry group of the first port, and starts the actor at the other end of the second.
 * Passes commands on to the actor; `undefined`: waits until the registry is gone.
 */
export async function joinAndSpawn(env: RoleEnv<undefined>): Promise<void> {
  const [group, way] = env.ports;
  joinRegistry(group!);
  const { client } = spawnWorker<unknown, ActorCommand, unknown>(way as unknown as WorkerLike);
  // Only after it was connected: an object with this method is taken for a Worker.
  Object.assign(way!, {
    terminate: () => {
      way!.close();
    },
  });
  env.own(client);
  await registeredNames();
  for (;;) {
    env.send('ready');
    const command = (await env.receive()) as ActorCommand | undefined;
    if (command === undefined) while (await registryIsThere());
    else env.send(await codeOf(client.req(command)));
  }
}

/** The code of the error, or of the error that a handler threw; undefined if there was no error. */
const codeOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt
    .then(
      () => undefined,
      (error: unknown) => (isUmpError(error, 'HandlerFailed') ? error.cause : error) as UmpError,
    )
    .then((error) => error?.code);

/**
 * Joins the registry group of the port and registers an actor there; then the same with a second
 * port.
 */
export async function joinAndRegister(env: RoleEnv<string>): Promise<void> {
  const { client, done } = spawn({
    req: (_msg: unknown, rctx: ReplyContext<unknown>) => {
      rctx.reply(`this is ${env.args}`);
    },
  });
  env.own(client);
  joinRegistry(env.ports[0]!);
  await register(env.args, client);
  env.send('registered');
  const next = (await env.receive()) as MessagePort;
  // The death of the first thread is noticed after some time.
  while (await registryIsThere());
  joinRegistry(next);
  await register(env.args, client);
  env.send('registered again');
  await done;
}

const registryIsThere = (): Promise<boolean> =>
  registeredNames().then(
    () => true,
    () => false,
  );

/** Creates a registry group, and sends a port by which a thread can join it. */
export async function shareRegistry(env: RoleEnv<undefined>): Promise<void> {
  const port = await registryPort();
  env.send(port, [port]);
  await env.receive();
}
