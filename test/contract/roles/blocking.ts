/** Servers and clients that block their thread. */
import { Client, isUmpError, listen, type ListenOptions } from 'ump-ng';
import { reqSync, waitSync } from 'ump-ng/sync';
import { withLane, withLanes } from '../lane-of-rig.js';
import type { AnyClient } from '../rig.js';
import type { RoleEnv } from '../roles.js';
import type { CallOutcome } from './clients.js';
import type { Command } from '../commands.js';
import { carryOut, type AnyServer, type Scene } from './servers.js';
import { crash } from './threads.js';

/** The same as `serve`, with blocking waits. */
export async function serveSync(env: RoleEnv<ListenOptions>): Promise<unknown> {
  const server: AnyServer = listen(env.endpoint, { ...withLanes(), ...env.listening, ...env.args });
  const scene: Scene = { server, env, held: new Map() };
  const posts: unknown[] = [];
  try {
    for (;;) {
      const message = waitSync(server);
      if (message.type === 'post') posts.push(message.msg);
      // While the thread blocks, an error that is thrown in a timer has no effect.
      else if ((message.msg as Command)[0] === 'crash') {
        await crash();
      } else carryOut(message.msg as Command, message.rctx, posts, scene);
    }
  } catch (error) {
    if (!isUmpError(error, 'ClientsDisappeared') && !isUmpError(error, 'ServerDisappeared')) {
      throw error;
    }
  }
  env.send('ended');
  return posts;
}

export interface Calls {
  messages: unknown[];
  timeout?: number;
  spin?: number;
}

/** Makes blocking calls one after the other; returns their outcomes. */
export function callSync(env: RoleEnv<Calls>): Promise<CallOutcome[]> {
  const client: AnyClient = Client.from(env.ports[0]!, withLane());
  const { messages, ...options } = env.args;
  env.send('here');
  const outcomes = messages.map((msg) => outcomeOf(() => reqSync(client, msg, options)));
  client.close();
  return Promise.resolve(outcomes);
}

function outcomeOf(call: () => unknown): CallOutcome {
  try {
    return { ok: true, value: call() };
  } catch (error) {
    if (!isUmpError(error)) throw error;
    return { ok: false, code: error.code };
  }
}
