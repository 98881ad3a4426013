/** Victims among actors: one whose methods are called, and one that calls. */
import { actor, callback, channel, Client, remote, remoteObject, serve } from '../library.js';
import { isNode, newChannel } from '../platform.js';
import { carrying, someAnswer, someCall, someFrame } from '../stories/frames.js';
import { closePorts } from '../victim/app.js';
import { TO_CLIENT, untilAborted, type AnyClient } from './clients.js';
import type { Role } from './role.js';

type Anything = (...args: unknown[]) => Promise<unknown>;

/** Uses a reference that came in, whatever it is. */
async function use(reference: unknown): Promise<unknown> {
  if (typeof reference === 'function') return (reference as Anything)(1);
  const source = reference as AsyncIterable<unknown> | null | undefined;
  if (typeof source === 'object' && source !== null && Symbol.asyncIterator in source) {
    let n = 0;
    for await (const item of source) {
      closePorts(item);
      if (++n === 5) break;
    }
    return n;
  }
  const object = reference as { req?: Record<string, Anything> } | null | undefined;
  return object?.req?.['echo']?.('x');
}

/** Begins to use each of them, and does not wait: the other side may never answer. */
const useAll = (args: unknown[]): void => {
  for (const arg of args) use(arg).then(closePorts, () => undefined);
};

const methods = actor({
  post: {
    note: () => undefined,
  },
  req: {
    echo: (...args: unknown[]) => args,
    stream: async function* (...args: unknown[]) {
      useAll(args);
      for (let n = 0; n < 40; n++) yield n;
      return 'end';
    },
    each: (...args: unknown[]) => {
      useAll(args);
      return callback((n: unknown) => n);
    },
    progress(...args: unknown[]) {
      (this as unknown as { progress(value: unknown): void }).progress(args.length);
      return remoteObject({ echo: (x: unknown) => x });
    },
    nested: { echo: (x: unknown) => x },
  },
} as never);

export const actorServer: Role = {
  name: 'actor',
  helloAs: 0,
  frame: (random) =>
    random.chance(0.85)
      ? carrying(random, random.pick([3, 4, 4, 4]), someCall)
      : someFrame(random, [2, 5, 3, 4, 9]),
  begin: (app) => {
    const { server, client } = channel<unknown, unknown, unknown, unknown>();
    const { port1, port2 } = newChannel();
    server.accept(port2);
    const done = serve(server, methods as never, {
      concurrency: 20,
      onError: (_error: unknown, { msg }: { msg: unknown }) => {
        // Some of its ports may be those of references by now.
        if (isNode) closePorts(msg);
      },
    });
    app.settles('an actor', () => done);
    app.atEnd(() => {
      client.close();
      server.close();
    });
    const there = remote(client as never) as unknown as {
      req: Record<string, Anything>;
    };
    let closed = false;
    return {
      lines: [port1],
      honest: async () =>
        closed ? 'honest' : ((await there.req['echo']!('honest')) as string[])[0],
      acts: [
        () => undefined,
        () => there.req['echo']!(1),
        () => {
          closed = true;
          server.close();
        },
      ],
    };
  },
};

export const remoteCaller: Role = {
  name: 'remote',
  helloAs: 1,
  opening: [
    ['act', 0],
    ['act', 1],
    ['act', 2],
    ['act', 3],
  ],
  frame: (random) =>
    random.chance(0.6)
      ? carrying(random, random.pick([9, 9, 9, 10, 26, 28, 3]), someAnswer)
      : random.chance(0.3)
        ? carrying(random, random.pick([3, 4]), someCall)
        : someFrame(random, [0, ...TO_CLIENT, 3, 4]),
  begin: (app) => {
    const { port1, port2 } = newChannel();
    const client: AnyClient = Client.from(port2);
    const controller = new AbortController();
    const { signal } = controller;
    type Calls = Record<string, Anything>;
    const there = (
      remote(client as never) as unknown as {
        with(options: object): {
          req: Calls;
          stream: Record<string, (...args: unknown[]) => AsyncIterable<unknown>>;
          post: Calls;
        };
      }
    ).with({ signal });
    const withProgress = (
      remote(client as never) as unknown as { with(options: object): { req: Calls } }
    ).with({
      signal,
      onProgress: closePorts,
    });
    app.atEnd(() => {
      client.close();
    });
    app.atEnd(() => {
      controller.abort();
    });
    const given = callback((x: unknown) => {
      useAll([x]);
      return x;
    });
    const object = remoteObject({ echo: (x: unknown) => x });
    app.atEnd(() => {
      given.close();
      object.close();
    });
    return {
      lines: [port1],
      acts: [
        async () => {
          useAll([await there.req['echo']!(1)]);
        },
        async () => {
          useAll([await there.req['take']!({ given, object })]);
        },
        () => Promise.race([use(there.stream['items']!(given)), untilAborted(signal)]),
        () => withProgress.req['progress']!(1),
        async () => there.post['note']!(given),
        async () => {
          const source = (async function* () {
            for (let n = 0; n < 40; n++) yield n;
          })();
          useAll([await there.req['read']!(source)]);
        },
      ],
    };
  },
};
