/** What a page does between two acts of the driver, which calls these by name. */
import {
  channel,
  Client,
  connect,
  isUmpError,
  ReplyContext,
  type MessagePort as Port,
} from 'ump-ng';
import { keep } from '../../contract/keep-until-end.js';
import type { AnyClient } from '../../contract/rig.js';
import type { Order } from './server.js';

type Obedient = Client<never, Order, unknown, unknown>;

let client: Obedient;
/** Has this page been left and then restored? */
let restored = false;
addEventListener('pageshow', ({ persisted }) => {
  restored = persisted;
});
const pending = new Map<string, Promise<unknown>>();

/** What came of a request: its answer, or the code of its failure. */
const outcome = (request: Promise<unknown>): Promise<unknown> =>
  request.catch((error: unknown) => (isUmpError(error) ? error.code : String(error)));

const stage = {
  restored: (): boolean => restored,

  /** Does this page hold a lock that others may wait for? */
  async lives(): Promise<boolean> {
    const { locks } = navigator;
    const mine = `who am I? ${crypto.randomUUID()}`;
    const { held = [] } = await locks.request(mine, () => locks.query());
    const me = held.find(({ name }) => name === mine)!.clientId;
    return held.some(({ name, clientId }) => clientId === me && name !== mine);
  },

  /** Calls a worker of its own. */
  async dedicated(): Promise<unknown> {
    const worker = new Worker('/server.js?keeps', { type: 'module' });
    client = connect<never, Order, unknown, unknown>(worker, { reconnect: true });
    return client.req(['start']);
  },

  /** Calls the one SharedWorker of all pages. */
  async shared(): Promise<unknown> {
    client = connect<never, Order, unknown, unknown>(
      new SharedWorker('/server.js', { type: 'module' }),
      { reconnect: true },
    );
    return client.req(['start']);
  },

  /** Calls a service worker, which must live for that. */
  async service(): Promise<unknown> {
    const registration = await navigator.serviceWorker.register('/server.js', { scope: '/stage/' });
    const worker = (registration.installing ?? registration.active)!;
    client = connect<never, Order, unknown, unknown>(worker, { reconnect: true });
    return client.req(['start']);
  },

  ask: (...order: Order): Promise<unknown> => client.req(order),

  /** Sent, and taken by the server; what comes of it is asked for later. */
  async begin(name: string, ...order: Order): Promise<void> {
    pending.set(name, outcome(client.req(order)));
    await client.req(['echo', 0]);
  },

  ended: (name: string): Promise<unknown> => pending.get(name)!,

  /** Takes up a held context, and never answers it. */
  async hold(key: string): Promise<void> {
    keep(ReplyContext.from((await client.req(['move', key])) as Port));
  },

  /** Has a server of its own, and leaves a client of it with the one of all. */
  async serve(): Promise<void> {
    const own = keep(channel<unknown, unknown, unknown, unknown>());
    void (async () => {
      for await (const message of own.server) {
        if (message.type === 'request' && message.msg !== 'hold') message.rctx.reply(message.msg);
        else keep(message);
      }
    })();
    const port = own.client.transfer();
    await client.req(['give', port], { transfer: [port] });
  },

  /** Takes that client, and has a request pending with it. */
  async callOther(name: string): Promise<unknown> {
    const other: AnyClient = keep(Client.from((await client.req(['take'])) as Port));
    pending.set(name, outcome(other.req('hold')));
    return other.req('echo');
  },
};

export type Stage = typeof stage;

Object.assign(globalThis, { stage });
