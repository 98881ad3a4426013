/** Clients that live elsewhere. */
import { Client, PostClient, type ReqOptions } from 'ump-ng';
import type { AnyClient } from '../rig.js';
import type { There } from '../roles.js';

export type CallOrder =
  | ['post', msg: unknown]
  /** Says `[id, outcome]` when it settles; `abort` ends it. */
  | ['req', id: number, msg: unknown, options: { timeout?: number }]
  | ['abort', id: number]
  /** Says the code of the reason. */
  | ['closed']
  /** Says the port of the client. */
  | ['transfer']
  | ['close'];

export type CallOutcome = { ok: true; value: unknown } | { ok: false; code: string };

/** Takes a client up and calls with it as it is told. */
export async function call(there: There<undefined>): Promise<void> {
  const client: AnyClient = Client.from(there.ports[0]!);
  const controllers = new Map<number, AbortController>();
  for (;;) {
    const order = (await there.told()) as CallOrder;
    switch (order[0]) {
      case 'post':
        client.post(order[1]);
        break;
      case 'req': {
        const [, id, msg, options] = order;
        const controller = new AbortController();
        controllers.set(id, controller);
        void request(client, msg, { ...options, signal: controller.signal }).then((outcome) => {
          there.say([id, outcome]);
        });
        break;
      }
      case 'abort':
        controllers.get(order[1])?.abort(new Error('aborted there'));
        break;
      case 'closed':
        there.say((await client.closed).code);
        break;
      case 'transfer': {
        const port = client.transfer();
        there.say(port, [port]);
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
  /** By a PostClient. */
  postOnly?: boolean;
}

/** Posts `[label, 1]` to `[label, last]`, as fast as there is room, a few at a time, then closes. */
export async function post(there: There<Flood>): Promise<void> {
  const { label, last, postOnly } = there.args;
  const client =
    postOnly === true ? PostClient.from(there.ports[0]!) : Client.from(there.ports[0]!);
  for (let n = 1; n <= last; n++) {
    await client.ready();
    client.post([label, n]);
  }
  client.close();
}

/** Requests the echo of 1 to `last`, all at once; returns the outcomes, in order. */
export async function race(there: There<{ last: number }>): Promise<CallOutcome[]> {
  const client: AnyClient = Client.from(there.ports[0]!);
  const outcomes = Array.from({ length: there.args.last }, (_, at) =>
    request(client, ['echo', at + 1], {}),
  );
  there.say('sent');
  const all = await Promise.all(outcomes);
  client.close();
  return all;
}
