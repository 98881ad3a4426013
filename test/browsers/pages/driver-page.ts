/** The functions of a page that the driver calls by name. */
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
/** Whether this page was left and then restored. */
let restored = false;
addEventListener('pageshow', ({ persisted }) => {
  restored = persisted;
});
const pending = new Map<string, Promise<unknown>>();

/** The outcome of a request: its reply, or the code of its error. */
const outcome = (request: Promise<unknown>): Promise<unknown> =>
  request.catch((error: unknown) => (isUmpError(error) ? error.code : String(error)));

const stage = {
  restored: (): boolean => restored,

  /** Whether this page holds a lock for which others can wait. */
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

  /** Calls a service worker, which must be running. */
  async service(): Promise<unknown> {
    const registration = await navigator.serviceWorker.register('/server.js', { scope: '/stage/' });
    const worker = (registration.installing ?? registration.active)!;
    client = connect<never, Order, unknown, unknown>(worker, { reconnect: true });
    return client.req(['start']);
  },

  ask: (...order: Order): Promise<unknown> => client.req(order),

  /** Sends a request, and waits until the server has taken it; the outcome is read later. */
  async begin(name: string, ...order: Order): Promise<void> {
    pending.set(name, outcome(client.req(order)));
    await client.req(['echo', 0]);
  },

  ended: (name: string): Promise<unknown> => pending.get(name)!,

  /** Takes a held context over, and never answers it. */
  async hold(key: string): Promise<void> {
    keep(ReplyContext.from((await client.req(['move', key])) as Port));
  },

  /**
   * Connects to a frame of `origin`, whose page is not sent yet. Fulfils when a client has knocked
   * at another frame a few times.
   */
  async slowFrame(origin: string): Promise<void> {
    const slow = document.body.appendChild(document.createElement('iframe'));
    slow.src = `${origin}/greeter.html?held#${encodeURIComponent(location.origin)}`;
    const near = document.body.appendChild(document.createElement('iframe'));
    let knocks = 0;
    const often = new Promise<void>((resolve) => {
      near.contentWindow!.postMessage = () => {
        if (++knocks === 7) resolve();
      };
    });
    pending.set('slow', outcome(connect(slow.contentWindow!, { origin }).req('slow')));
    connect(near.contentWindow!, { origin: location.origin });
    await often;
  },

  /** Posts to a page of this origin as if it had another one. */
  mismatch(origin: string): void {
    const frame = document.body.appendChild(document.createElement('iframe'));
    frame.contentWindow!.postMessage('mismatch', origin);
  },

  /** Makes a server, and leaves a client of it with the SharedWorker. */
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

  /** Takes that client over, and makes a request that stays pending. */
  async callOther(name: string): Promise<unknown> {
    const other: AnyClient = keep(Client.from((await client.req(['take'])) as Port));
    pending.set(name, outcome(other.req('hold')));
    return other.req('echo');
  },
};

export type Stage = typeof stage;

Object.assign(globalThis, { stage });
