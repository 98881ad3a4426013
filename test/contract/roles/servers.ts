/** Servers that do what they are asked. */
import {
  channel,
  isUmpError,
  listen,
  ReplyContext,
  Server,
  type ChannelOptions,
  type Endpoint,
  type ListenOptions,
} from 'ump-ng';
import type { Order } from '../orders.js';
import type { There } from '../roles.js';
import { linked, makeSample } from '../samples.js';
import { dispose } from '../tools.js';
import { crash } from './threads.js';

export type AnyServer = Server<unknown, unknown, unknown, unknown>;
type Context = ReplyContext<unknown, unknown>;

/** Listens at the thread's endpoint and obeys. If it is to wait, it listens when told. */
export async function serve(
  there: There<ListenOptions & { whenTold?: boolean }>,
): Promise<unknown[]> {
  const { whenTold, ...options } = there.args;
  if (whenTold === true) await there.told();
  return obey(listen(there.endpoint, { ...there.listening, ...options }), there);
}

/** Listens on a port that it is given. */
export async function listenTo(there: There<ListenOptions>): Promise<unknown[]> {
  return obey(listen(there.ports[0] as Endpoint, there.args), there);
}

/** A server that was made there by `channel()`, with the far ends of the given ports as its clients. */
export async function adopt(there: There<ChannelOptions>): Promise<unknown[]> {
  const { server, client } = channel<unknown, unknown, unknown, unknown>(there.args);
  for (const port of there.ports) server.accept(port);
  client.close();
  return obey(server, there);
}

/** Takes up a server that was given away. If it is to wait, it reads when told. */
export async function move(there: There<{ whenTold?: boolean }>): Promise<unknown[]> {
  const server: AnyServer = Server.from(there.ports[0]!);
  there.say('here');
  if (there.args.whenTold === true) await there.told();
  return obey(server, there);
}

/** Takes up a server that was given away, and gives it away at once. */
export async function stand(there: There<undefined>): Promise<void> {
  const port = Server.from(there.ports[0]!).transfer();
  there.say(port, [port]);
}

/** Says 'ended' with its loop, and returns its posts when every context is answered. */
async function obey(server: AnyServer, there: There<unknown>): Promise<unknown[]> {
  there.own(server);
  const posts: unknown[] = [];
  const held = new Map<string, Context>();
  void obeyWords(there, held);
  for await (const message of server) {
    if (message.type === 'post') posts.push(message.msg);
    else carryOut(message.msg as Order, message.rctx, posts, { server, there, held });
  }
  there.say('ended');
  await server.drained;
  return posts;
}

/** What is asked past the server: `[key, value]` answers a held context. */
async function obeyWords(there: There<unknown>, held: Map<string, Context>): Promise<void> {
  for (;;) {
    const [key, value] = (await there.told()) as [string, unknown];
    there.say(held.get(key)!.reply(value));
  }
}

export interface Scene {
  server: AnyServer;
  there: There<unknown>;
  held: Map<string, Context>;
}

export function carryOut(
  order: Order,
  rctx: Context,
  posts: readonly unknown[],
  { server, there, held }: Scene,
): void {
  switch (order[0]) {
    case 'posts':
      rctx.reply(posts);
      break;
    case 'take':
      rctx.reply(ReplyContext.from(order[1]).reply(order[2]));
      break;
    case 'echo':
      rctx.reply(order[1]);
      break;
    case 'spoil':
      rctx.reply(order[1]);
      order[1].text = 'spoiled';
      break;
    case 'fail':
      rctx.fail(order[1]);
      break;
    case 'sample':
      rctx[order[1]](makeSample(order[2]));
      break;
    case 'drop':
      rctx[dispose]();
      break;
    case 'hold':
      held.set(order[1], rctx);
      break;
    case 'answer':
      rctx.reply(held.get(order[1])?.reply(order[2]) ?? false);
      break;
    case 'signal':
      tellSignal(held.get(order[1])!, rctx);
      break;
    case 'delegate': {
      const port = rctx.transfer();
      there.say(port, [port]);
      break;
    }
    case 'close':
      server.close();
      rctx.reply(order[1]);
      break;
    case 'move': {
      const port = server.transfer();
      there.say(port, [port]);
      rctx.reply(true);
      break;
    }
    case 'bad':
      replyBadly(rctx);
      break;
    case 'buffer':
      rctx.reply(order[1], { transfer: [order[1]] });
      break;
    case 'linked':
      rctx.reply(linked(order[1]));
      break;
    case 'crash':
      void crash();
      break;
    case 'exit':
      there.exit();
      break;
    default:
      rctx.fail(`no such order: ${order[0] as string}`);
  }
}

function tellSignal({ signal }: Context, rctx: Context): void {
  const tell = (): void => {
    const reason: unknown = signal.reason;
    rctx.reply(isUmpError(reason) ? reason.code : String(reason));
  };
  if (signal.aborted) tell();
  else signal.addEventListener('abort', tell);
}

function replyBadly(rctx: Context): void {
  try {
    rctx.reply({ deep: [() => undefined] });
  } catch (error) {
    rctx.reply(isUmpError(error) ? { code: error.code, message: error.message } : String(error));
  }
}
