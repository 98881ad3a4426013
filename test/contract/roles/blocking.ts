/** Servers and clients that block their thread. */
import { Client, isUmpError, listen, type ListenOptions } from 'ump-ng';
import { reqSync, waitSync } from 'ump-ng/sync';
import type { AnyClient } from '../rig.js';
import type { There } from '../roles.js';
import type { CallOutcome } from './clients.js';
import type { Order } from '../orders.js';
import { carryOut, type AnyServer, type Scene } from './servers.js';
import { crash } from './threads.js';

/** Listens at the thread's endpoint and obeys, blocking. Says 'ended' with its loop; returns its posts. */
export async function serveSync(there: There<ListenOptions>): Promise<unknown> {
  const server: AnyServer = listen(there.endpoint, { ...there.listening, ...there.args });
  const scene: Scene = { server, there, held: new Map() };
  const posts: unknown[] = [];
  try {
    for (;;) {
      const message = waitSync(server);
      if (message.type === 'post') posts.push(message.msg);
      // Whoever blocks hears of no error that is thrown elsewhere.
      else if ((message.msg as Order)[0] === 'crash') {
        await crash();
      } else carryOut(message.msg as Order, message.rctx, posts, scene);
    }
  } catch (error) {
    if (!isUmpError(error, 'ClientsDisappeared') && !isUmpError(error, 'ServerDisappeared')) {
      throw error;
    }
  }
  there.say('ended');
  return posts;
}

export interface Calls {
  messages: unknown[];
  timeout?: number;
  spin?: number;
}

/** Makes its calls one after the other, blocking; returns their outcomes. */
export function callSync(there: There<Calls>): Promise<CallOutcome[]> {
  const client: AnyClient = Client.from(there.ports[0]!);
  const { messages, ...options } = there.args;
  there.say('here');
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
