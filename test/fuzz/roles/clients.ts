/** Victims that call, and one that answers a moved request. */
import { Client, ReplyContext } from '../library.js';
import { newChannel, type Port } from '../platform.js';
import { someFrame } from '../stories/frames.js';
import type { App, AnyContext } from '../victim/app.js';
import type { Role, Scene } from './role.js';

export type AnyClient = Client<unknown, unknown, unknown, unknown>;

/** The frames that a client may be sent, the likely ones more often. */
export const TO_CLIENT = [
  2, 9, 9, 10, 11, 12, 12, 13, 14, 14, 15, 15, 16, 16, 21, 23, 24, 25, 26, 28,
];

/** What an application does with a client. */
export function clientActs(app: App, client: AnyClient): Scene['acts'] {
  const { signal, abort } = abortable();
  app.atEnd(() => {
    client.close();
  });
  // Replies need not come: the application gives up what it waits for.
  app.atEnd(abort);
  return [
    () => client.req('x', { signal }),
    () => client.tryReq(new Error('asked'), { signal }),
    () => {
      client.post({ x: [1, new Error('posted')] });
    },
    () => client.req('timed', { timeout: 5 }),
    async () => {
      const reply = client.reqDeferred('deferred', { signal });
      return reply.wait();
    },
    async () => {
      const clone = client.clone();
      app.atEnd(() => {
        clone.close();
      });
      return clone.req('cloned', { signal });
    },
    () => {
      const weak = client.weak();
      app.atEnd(() => {
        weak.close();
      });
      return Promise.race([weak.upgrade(), untilAborted(signal)]);
    },
    () => Promise.race([client.ready(), untilAborted(signal)]),
    () => Promise.race([client.connected, untilAborted(signal)]),
    () => {
      client.postOnly().close();
    },
    () => {
      app.settles('closed', () => client.closed);
      app.settles('drained', () => client.drained);
      client.close();
    },
  ];
}

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort();
    },
  };
}

export const untilAborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', resolve);
  });

export const client: Role = {
  name: 'client',
  helloAs: 1,
  opening: [
    ['act', 0],
    ['act', 1],
    ['act', 2],
  ],
  frame: (random) => someFrame(random, TO_CLIENT),
  begin: (app) => {
    const { port1, port2 } = newChannel();
    const own: AnyClient = Client.from(port2);
    return { lines: [port1], acts: clientActs(app, own) };
  },
};

/** The replier of a moved request: the attacker is its caller. */
export const replier: Role = {
  name: 'replier',
  helloAs: 2,
  frame: (random) => someFrame(random, [5, 5, 21, 2, 23, 22, 25, 27]),
  begin: (app) => {
    const { port1, port2 } = newChannel();
    let context: AnyContext = ReplyContext.from(port2);
    app.atEnd(() => {
      context[Symbol.dispose]();
    });
    return {
      lines: [port1],
      acts: [
        () => undefined,
        () => context.reply('x'),
        () => context.fail(new Error('x')),
        () => {
          context.signal.addEventListener('abort', () => undefined);
        },
        () => {
          context = ReplyContext.from(context.transfer());
        },
      ],
    };
  },
};

export const lineOf = (port: unknown): Port => port as Port;
