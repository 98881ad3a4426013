/** Ports in transit to a thread that dies before it uses them, or that is only busy. */
import {
  channel,
  connect,
  listen,
  ReplyContext,
  type Client,
  type MessagePort as UserPort,
} from 'ump-ng';
import { equal, fails } from '../../contract/assertions.js';
import { keep } from '../../contract/keep-until-end.js';
import { pair, takeRequest } from '../../contract/in-process-pair.js';
import { theme } from '../../contract/suite-dsl.js';
import { upTo } from '../../contract/utilities.js';
import { frame, HERE, worker, type Guest } from './guest-page.js';

/** How a port gets there: in a message of this package, or by the Worker's own postMessage(). */
const WAYS = ['message', 'raw'] as const;
export type Way = (typeof WAYS)[number];

/** Milliseconds that a thread blocks before it reads its next message; -1: without end. */
type Busy = number;

interface Helper {
  readonly guest: Guest<Worker>;
  readonly client: Client;
  give(port: UserPort, way: Way): void;
  /** Ends the worker without a goodbye, and bypasses the hook of this package on terminate(). */
  kill(): void;
}

/** A worker that takes over the handles it gets, and answers contexts. */
async function helper(): Promise<Helper> {
  const guest = await worker();
  await guest.run((lib) => {
    const kept: unknown[] = [];
    Object.assign(globalThis, { kept });
    const take = (kind: string, port: UserPort): void => {
      if (kind === 'client') kept.push(lib.Client.from(port));
      else if (kind === 'server') kept.push(lib.Server.from(port));
      else lib.ReplyContext.from<unknown>(port).reply('from the helper');
    };
    addEventListener('message', ({ data }: MessageEvent<Record<string, never>>) => {
      const { compute, kind, raw } = data as { compute?: Busy; kind?: string; raw?: UserPort };
      const end = performance.now() + (compute ?? 0);
      while (compute === -1 || performance.now() < end);
      if (raw !== undefined) take(kind!, raw);
    });
    void (async () => {
      for await (const message of lib.listen()) {
        const { kind, port } = message.msg as { kind: string; port: UserPort };
        take(kind, port);
      }
    })();
  });
  const client: Client = keep(connect(guest.target));
  await client.connected;
  return {
    guest,
    client,
    give: (port, way) => post(guest.target, client, 'context', port, way),
    kill: () => {
      Worker.prototype.terminate.call(guest.target);
    },
  };
}

function post(target: Worker, client: Client, kind: string, port: UserPort, way: Way): void {
  const transfer = [port];
  if (way === 'raw') target.postMessage({ kind, raw: port }, transfer);
  else client.post({ kind, port }, { transfer });
}

const compute = ({ guest }: Helper, ms: Busy): void => {
  guest.target.postMessage({ compute: ms });
};

/** A request that was taken in this page. */
async function taken(options = {}): Promise<{
  context: ReplyContext<unknown, unknown>;
  answer: Promise<unknown>;
}> {
  const { client, server } = pair();
  const answer = client.req('work', options);
  return { context: (await takeRequest(server)).rctx, answer };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Ends each helper at most this many milliseconds after a context was sent to it. */
const LATEST = 6;
const AT_ONCE = 4;

/** The outcomes of `count` moves, in parallel lanes. */
export async function handOvers(
  way: Way,
  times: number,
  options = {},
): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  let left = times;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const delay = left % (LATEST + 1);
      const there = await helper();
      const { context, answer } = await taken(options);
      there.give(context.transfer(), way);
      if (delay > 0) await pause(delay);
      there.kill();
      const outcome = await answer.then(
        () => 'ok',
        (error: unknown) => (error as { code: string }).code,
      );
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return outcomes;
}

export const handedOver = theme('handed over', (check) => {
  for (const way of WAYS) {
    const by = way === 'raw' ? 'by postMessage()' : 'in a message';

    check(`a context sent ${by} to a worker that dies`, async () => {
      const there = await helper();
      const { context, answer } = await taken();
      const unanswered = fails(answer, 'NoReply');
      compute(there, -1);
      there.give(context.transfer(), way);
      there.kill();
      await unanswered;
    });

    check(`contexts sent ${by}, just before the worker dies`, async () => {
      const outcomes = await handOvers(way, 35);
      const { ok: answered = 0, NoReply = 0 } = outcomes;
      equal(answered + NoReply, 35, JSON.stringify(outcomes));
    });

    check(`a context sent ${by} waits for a busy worker, while others die`, async () => {
      const there = await helper();
      const others = await Promise.all(upTo(2).map(helper));
      const { context, answer } = await taken();
      compute(there, 3000);
      there.give(context.transfer(), way);
      for (const { kill } of others) kill();
      equal(await answer, 'from the helper');
    });

    // Firefox can lose a message that is sent by a port just before the port goes to a thread that
    // dies.
    check(
      `a client sent ${by} to a worker that dies does not count as a client`,
      ['last posts'],
      async () => {
        const there = await helper();
        const { client, server } = pair();
        compute(there, -1);
        post(there.guest.target, there.client, 'client', client.transfer(), way);
        there.kill();
        await fails(server.wait(), 'ClientsDisappeared');
      },
    );

    check(`a server sent ${by} to a worker that dies ends`, async () => {
      const there = await helper();
      const { client, server } = pair();
      const unread = fails(client.req('unread'), 'ServerDisappeared');
      compute(there, -1);
      post(there.guest.target, there.client, 'server', server.transfer(), way);
      there.kill();
      await unread;
      equal((await client.closed).code, 'ServerDisappeared');
    });
  }

  check('a context sent to a frame that is removed', async () => {
    const there = await frame();
    await there.run((lib, home) => {
      lib.listen(undefined, { allowedOrigins: [home] });
    }, HERE());
    const client: Client = keep(connect(there.target, { origin: HERE() }));
    await client.connected;
    const { context, answer } = await taken();
    const unanswered = fails(answer, 'NoReply');
    const port = context.transfer();
    client.post(port, { transfer: [port] });
    there.element.remove();
    await unanswered;
  });

  for (const when of ['before', 'after'] as const) {
    const order = when === 'before' ? 'was terminated before' : 'is terminated then';

    check(`a context sent to a worker that has sent nothing, and ${order}`, async () => {
      const there = await worker();
      keep(connect(there.target));
      const { context, answer } = await taken();
      const unanswered = fails(answer, 'NoReply');
      const port = context.transfer();
      if (when === 'before') there.target.terminate();
      there.target.postMessage({ port }, [port]);
      there.target.terminate();
      await unanswered;
    });

    check(`a server sent to a worker that has sent nothing, and ${order}`, async () => {
      const there = await worker();
      keep(connect(there.target));
      const { client, server } = pair();
      const unread = fails(client.req('unread'), 'ServerDisappeared');
      const port = server.transfer();
      if (when === 'before') there.target.terminate();
      there.target.postMessage({ port }, [port]);
      there.target.terminate();
      await unread;
    });
  }

  check('a client whose worker dies before its first message leaves its server', async () => {
    const there = await worker();
    const agentId = await there.run(async () => {
      const id = `${origin} ump-ng made up`;
      await new Promise<void>((held) => {
        void navigator.locks.request(id, () => {
          held();
          return new Promise(() => undefined);
        });
      });
      return id;
    });
    const { port1, port2 } = new MessageChannel();
    const server = keep(listen(port1));
    // This page keeps the other end, so that no port reports anything.
    const own = keep(new MessageChannel());
    const OPEN = 2;
    port2.postMessage(['ump-ng', 2, OPEN, '', own.port1, agentId], [own.port1]);
    Worker.prototype.terminate.call(there.target);
    await fails(server.wait(), 'ClientsDisappeared');
    own.port2.close();
  });

  check(
    'a clone made before its worker has spoken, which is terminated before it takes it up',
    async () => {
      const there = await worker();
      const client: Client = keep(connect(there.target));
      const clone = keep(client.clone());
      const lost = fails(clone.req('unanswered'), 'ServerDisappeared');
      // It says that a server listens, and accepts no client.
      await there.run(async () => {
        const id = `${origin} ump-ng made up`;
        await new Promise<void>((held) => {
          void navigator.locks.request(id, () => {
            held();
            return new Promise(() => undefined);
          });
        });
        const [ANNOUNCE, ADD_CLIENT] = [1, 6];
        const arrived = new Promise<void>((resolve) => {
          addEventListener('message', ({ data }: MessageEvent<unknown>) => {
            if (Array.isArray(data) && data[0] === ADD_CLIENT) resolve();
          });
        });
        postMessage(['ump-ng', 2, ANNOUNCE, '', id, false]);
        await arrived;
      });
      there.target.terminate();
      await lost;
    },
  );

  check('a clone outlives the client that it comes from', async () => {
    const there = await worker();
    const client: Client = keep(connect(there.target));
    const clones = [keep(client.clone()), keep(client.clone().clone())];
    void there.run((lib) => {
      void (async () => {
        for await (const { msg, rctx } of lib.listen()) rctx?.reply(msg);
      })();
    });
    await Promise.all(clones.map((each) => each.connected));
    client.close();
    // Longer than a peer is waited for that may be lost.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    equal(await Promise.all(clones.map((each) => each.req('there'))), ['there', 'there']);
  });

  check('a context that waits for a connection to a worker that dies', async () => {
    const there = await worker();
    const client: Client = keep(connect(there.target));
    const { context, answer } = await taken();
    const unanswered = fails(answer, 'NoReply');
    const port = context.transfer();
    client.post({ port }, { transfer: [port] });
    there.target.terminate();
    await unanswered;
  });

  check('a context that a server had taken when its worker died', async () => {
    const there = await worker();
    await there.run((lib) => {
      const kept: unknown[] = [];
      Object.assign(globalThis, { kept });
      void (async () => {
        for await (const message of lib.listen<never, string, string>()) {
          if (message.msg === 'move') kept.push(message.rctx.transfer());
          else message.rctx.reply('echo');
        }
      })();
    });
    const client: Client = keep(connect(there.target));
    const unanswered = fails(client.req('move'), 'NoReply');
    equal(await client.req('echo'), 'echo');
    Worker.prototype.terminate.call(there.target);
    await unanswered;
  });

  check('a context that a worker has passed on, unread, before it died', async () => {
    const there = await worker();
    await there.run((lib) => {
      void (async () => {
        for await (const { msg } of lib.listen<MessagePort, never>()) {
          (globalThis as unknown as Worker).postMessage({ passed: msg }, [msg]);
        }
      })();
    });
    const passed = new Promise<MessagePort>((resolve) => {
      there.target.addEventListener(
        'message',
        ({ data }: MessageEvent<{ passed?: MessagePort }>) => {
          if (data.passed !== undefined) resolve(data.passed);
        },
      );
    });
    const client: Client = keep(connect(there.target));
    const { context, answer } = await taken();
    const port = context.transfer();
    client.post(port, { transfer: [port] });
    const holder = await passed;
    Worker.prototype.terminate.call(there.target);
    await client.closed;
    equal(ReplyContext.from<unknown>(holder).reply('from here'), true);
    equal(await answer, 'from here');
  });

  check('a context in an unread message migrates with its server', async () => {
    const there = await helper();
    const home = channel<{ port: UserPort }>();
    const { context, answer } = await taken();
    const unanswered = fails(answer, 'NoReply');
    const port = context.transfer();
    home.client.post({ port }, { transfer: [port] });
    post(there.guest.target, there.client, 'server', home.server.transfer(), 'message');
    await there.guest.run(async () => {
      const { kept } = globalThis as unknown as { kept: { isEmpty: boolean }[] };
      while (kept[0]?.isEmpty !== false) await new Promise((resolve) => setTimeout(resolve, 1));
    });
    there.kill();
    await unanswered;
    home.client.close();
  });
});
