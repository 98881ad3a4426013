/** Clients in a thread of their own. */
import { Client, connect, PostClient, type Endpoint, type ReqOptions } from 'ump-ng';
import { withLane } from '../lane-of-rig.js';
import type { AnyClient } from '../rig.js';
import type { RoleEnv } from '../roles.js';

export type CallCommand =
  | ['post', msg: unknown]
  /** Sends `[id, outcome]` when the request settles; `abort` ends it. */
  | ['req', id: number, msg: unknown, options: { timeout?: number }]
  | ['abort', id: number]
  /** Sends the code of the reason. */
  | ['closed']
  /** Sends the port of the client. */
  | ['transfer']
  | ['close'];

export type CallOutcome = { ok: true; value: unknown } | { ok: false; code: string };

/** Takes a client over and carries out commands with it. */
export function call(env: RoleEnv<undefined>): Promise<void> {
  return obey(Client.from(env.ports[0]!, withLane()), env);
}

/** Connects through the port, and carries out commands with that client. */
export function callThroughPort(env: RoleEnv<undefined>): Promise<void> {
  return obey(connect(env.ports[0] as Endpoint, withLane()), env);
}

async function obey(client: AnyClient, env: RoleEnv<undefined>): Promise<void> {
  const controllers = new Map<number, AbortController>();
  for (;;) {
    const command = (await env.receive()) as CallCommand;
    switch (command[0]) {
      case 'post':
        client.post(command[1]);
        break;
      case 'req': {
        const [, id, msg, options] = command;
        const controller = new AbortController();
        controllers.set(id, controller);
        void request(client, msg, { ...options, signal: controller.signal }).then((outcome) => {
          env.send([id, outcome]);
        });
        break;
      }
      case 'abort':
        controllers.get(command[1])?.abort(new Error('aborted there'));
        break;
      case 'closed':
        env.send((await client.closed).code);
        break;
      case 'transfer': {
        const port = client.transfer();
        env.send(port, [port]);
        break;
      }
      case 'close':
        client.close();
    }
  }
}

async function request(client: AnyClient, msg: unknown, options: ReqOptions): Promise<CallOutcome> {
  const result = await client.tryReq(msg, options);
  return result.ok ? result : { ok: false, code: result.error.code };
}

interface Flood {
  label: string;
  last: number;
  /** Uses a PostClient. */
  postOnly?: boolean;
}

/** Posts `[label, 1]` to `[label, last]`, each as soon as there is credit, then closes. */
export async function post(env: RoleEnv<Flood>): Promise<void> {
  const { label, last, postOnly } = env.args;
  const client =
    postOnly === true ? PostClient.from(env.ports[0]!) : Client.from(env.ports[0]!, withLane());
  for (let n = 1; n <= last; n++) {
    await client.ready();
    client.post([label, n]);
  }
  client.close();
}

/** Requests the echo of 1 to `last`, all at once; returns the outcomes, in command. */
export async function race(env: RoleEnv<{ last: number }>): Promise<CallOutcome[]> {
  const client: AnyClient = Client.from(env.ports[0]!, withLane());
  const outcomes = Array.from({ length: env.args.last }, (_, at) =>
    request(client, ['echo', at + 1], {}),
  );
  env.send('sent');
  const all = await Promise.all(outcomes);
  client.close();
  return all;
}
