/** Servers that carry out commands. */
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
import type { Command } from '../commands.js';
import { withLane, withLanes } from '../lane-of-rig.js';
import type { RoleEnv } from '../roles.js';
import { makeSample } from '../error-samples.js';
import { nestedObjects } from '../nested-objects.js';
import { dispose, hang } from '../utilities.js';
import { crash } from './threads.js';

export type AnyServer = Server<unknown, unknown, unknown, unknown>;
type Context = ReplyContext<unknown, unknown>;

/** Listens at the thread's endpoint, with `whenTold` only after a message from the case. */
export async function serve(
  env: RoleEnv<ListenOptions & { whenTold?: boolean }>,
): Promise<unknown[]> {
  const { whenTold, ...options } = env.args;
  if (whenTold === true) await env.receive();
  return obey(listen(env.endpoint, { ...withLanes(), ...env.listening, ...options }), env);
}

/** Listens on the port that came with the role. */
export async function listenOnPort(env: RoleEnv<ListenOptions>): Promise<unknown[]> {
  return obey(listen(env.ports[0] as Endpoint, { ...withLanes(), ...env.args }), env);
}

/** Makes a server by `channel()`; the other ends of the ports become its clients. */
export async function serveChannel(env: RoleEnv<ChannelOptions>): Promise<unknown[]> {
  const { server, client } = channel<unknown, unknown, unknown, unknown>({
    ...withLane(),
    ...env.args,
  });
  for (const port of env.ports) server.accept(port);
  client.close();
  return obey(server, env);
}

/**
 * Takes over a server that migrates; with `whenTold` it reads only after a message from the case.
 */
export async function takeServer(env: RoleEnv<{ whenTold?: boolean }>): Promise<unknown[]> {
  const server: AnyServer = Server.from(env.ports[0]!, withLanes());
  env.send('here');
  if (env.args.whenTold === true) await env.receive();
  return obey(server, env);
}

/** Takes over a server that migrates, and passes it on at once. */
export async function passServerOn(env: RoleEnv<undefined>): Promise<void> {
  const port = Server.from(env.ports[0]!, withLanes()).transfer();
  env.send(port, [port]);
}

/** Sends 'ended' when its loop ends, and returns its posts when every context is answered. */
async function obey(server: AnyServer, env: RoleEnv<unknown>): Promise<unknown[]> {
  env.own(server);
  const posts: unknown[] = [];
  const held = new Map<string, Context>();
  void answerOnMessage(env, held);
  for await (const message of server) {
    if (message.type === 'post') posts.push(message.msg);
    else carryOut(message.msg as Command, message.rctx, posts, { server, env, held });
  }
  env.send('ended');
  await server.drained;
  return posts;
}

/** Commands that do not come through the server: `[key, value]` answers a held context. */
async function answerOnMessage(env: RoleEnv<unknown>, held: Map<string, Context>): Promise<void> {
  for (;;) {
    const [key, value] = (await env.receive()) as [string, unknown];
    env.send(held.get(key)!.reply(value));
  }
}

export interface Scene {
  server: AnyServer;
  env: RoleEnv<unknown>;
  held: Map<string, Context>;
}

export function carryOut(
  command: Command,
  rctx: Context,
  posts: readonly unknown[],
  { server, env, held }: Scene,
): void {
  switch (command[0]) {
    case 'posts':
      rctx.reply(posts);
      break;
    case 'take':
      rctx.reply(ReplyContext.from(command[1]).reply(command[2]));
      break;
    case 'echo':
      rctx.reply(command[1]);
      break;
    case 'spoil':
      rctx.reply(command[1]);
      command[1].text = 'spoiled';
      break;
    case 'fail':
      rctx.fail(command[1]);
      break;
    case 'sample':
      rctx[command[1]](makeSample(command[2]));
      break;
    case 'drop':
      rctx[dispose]();
      break;
    case 'hold':
      held.set(command[1], rctx);
      break;
    case 'answer':
      rctx.reply(held.get(command[1])?.reply(command[2]) ?? false);
      break;
    case 'signal':
      replySignal(held.get(command[1])!, rctx);
      break;
    case 'delegate': {
      const port = rctx.transfer();
      env.send(port, [port]);
      break;
    }
    case 'close':
      server.close();
      rctx.reply(command[1]);
      break;
    case 'move': {
      const port = server.transfer();
      env.send(port, [port]);
      rctx.reply(true);
      break;
    }
    case 'bad':
      replyBadly(rctx);
      break;
    case 'buffer':
      rctx.reply(command[1], { transfer: [command[1]] });
      break;
    case 'nested':
      rctx.reply(nestedObjects(command[1]));
      break;
    case 'stuck':
      return hang();
    case 'crash':
      void crash();
      break;
    case 'exit':
      env.exit();
      break;
    default:
      rctx.fail(`no such command: ${command[0] as string}`);
  }
}

function replySignal({ signal }: Context, rctx: Context): void {
  const report = (): void => {
    const reason: unknown = signal.reason;
    rctx.reply(isUmpError(reason) ? reason.code : String(reason));
  };
  if (signal.aborted) report();
  else signal.addEventListener('abort', report);
}

function replyBadly(rctx: Context): void {
  try {
    rctx.reply({ deep: [() => undefined] });
  } catch (error) {
    rctx.reply(isUmpError(error) ? { code: error.code, message: error.message } : String(error));
  }
}
