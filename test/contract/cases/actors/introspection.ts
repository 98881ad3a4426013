/** introspect() on servers and actors. */
import { channel, ReplyContext, type Server, type WorkerLike } from 'ump-ng';
import { introspect, pool, serve, spawn, spawnWorker, type ServerStats } from 'ump-ng/actors';
import { equal, fails, ok, throws } from '../../assertions.js';
import { closeAtEnd, keep } from '../../keep-until-end.js';
import { pair, take, takeRequest, type AnyContext } from '../../in-process-pair.js';
import type { ActorCommand } from '../../roles/actors.js';
import { theme } from '../../suite-dsl.js';
import { dispose, turns, until, upTo } from '../../utilities.js';

const counts = (stats: ServerStats): Omit<ServerStats, 'oldest' | 'lanes'> => {
  const { oldest, lanes, ...rest } = stats;
  equal(
    Object.values(lanes).reduce((sum, each) => sum + each, 0),
    rest.clients,
  );
  ok(oldest >= 0, String(oldest));
  return rest;
};

const NOTHING = { clients: 1, queued: 0, inFlight: 0, processed: 0, failed: 0 };

export const introspection = theme('actors: introspection', (check) => {
  check('messages that pass through a server', async () => {
    const { server, client } = pair();
    equal(counts(introspect(server)), NOTHING);
    client.post(1);
    const reply = client.req(2);
    client.post(3);
    await until(() => introspect(server).queued === 3);
    equal(counts(introspect(server)), { ...NOTHING, queued: 3 });
    equal(await take(server, 1), [1]);
    equal(counts(introspect(server)), { ...NOTHING, queued: 2, processed: 1 });
    const { rctx } = await takeRequest(server);
    equal(counts(introspect(server)), { ...NOTHING, queued: 1, inFlight: 1, processed: 1 });
    rctx.reply('done');
    equal(counts(introspect(server)), { ...NOTHING, queued: 1, processed: 2 });
    await reply;
  });

  check('strong clients', async () => {
    const { server, client } = pair();
    const weak = keep(client.weak());
    const clone = keep(client.clone());
    const poster = keep(client.postOnly());
    await until(() => introspect(server).clients === 3);
    await turns();
    equal(introspect(server).clients, 3);
    clone.close();
    poster.close();
    await until(() => introspect(server).clients === 1);
    client.close();
    await until(() => introspect(server).clients === 0);
    weak.close();
  });

  check('the waiting time of the oldest message', async () => {
    const { server, client } = pair();
    equal(introspect(server).oldest, 0);
    client.post('first');
    await until(() => introspect(server).oldest > 20);
    client.post('second');
    await until(() => introspect(server).queued === 2);
    const before = introspect(server).oldest;
    equal(await take(server, 1), ['first']);
    const { oldest, queued } = introspect(server);
    equal(queued, 1);
    ok(oldest < before, `${String(oldest)} is not less than ${String(before)}`);
    equal(await take(server, 1), ['second']);
    equal(introspect(server).oldest, 0);
  });

  check('the waiting time of a message that came before the first query', async () => {
    const { server, client } = pair();
    client.post('unseen');
    await until(() => !server.isEmpty);
    equal(introspect(server).oldest, 0);
    await until(() => introspect(server).oldest > 0);
  });

  check('failed and cancelled requests', async () => {
    const { server, client } = pair();
    const controller = new AbortController();
    const outcomes = [
      fails(client.req('fail'), 'App'),
      fails(client.req('drop'), 'NoReply'),
      fails(client.req('abort', { signal: controller.signal }), 'Aborted'),
    ];
    const held: AnyContext[] = [];
    while (held.length < outcomes.length) held.push((await takeRequest(server)).rctx);
    held[0]!.fail('no');
    held[1]![dispose]();
    controller.abort();
    await Promise.all(outcomes);
    await until(() => introspect(server).inFlight === 0);
    equal(counts(introspect(server)), { ...NOTHING, failed: 3 });
  });

  check('a request that was cancelled in the queue does not count', async () => {
    const { server, client } = pair();
    const controller = new AbortController();
    const aborted = fails(client.req(1, { signal: controller.signal }), 'Aborted');
    await until(() => introspect(server).queued === 1);
    controller.abort();
    await aborted;
    await until(() => introspect(server).queued === 0);
    equal(counts(introspect(server)), NOTHING);
  });

  check('a moved context counts as finished', async () => {
    const { server, client } = pair();
    const reply = client.req(1);
    const { rctx } = await takeRequest(server);
    const moved = ReplyContext.from<unknown>(rctx.transfer());
    equal(counts(introspect(server)), { ...NOTHING, processed: 1 });
    moved.reply('from there');
    equal(await reply, 'from there');
  });

  check('a server that was closed', async () => {
    const { server, client } = pair();
    client.post(1);
    equal(await take(server, 1), [1]);
    server.close();
    await client.closed;
    await until(() => introspect(server).clients === 0);
    equal(counts(introspect(server)), { ...NOTHING, clients: 0, processed: 1 });
  });

  check('errors of handlers', async () => {
    const { server, client } = keep(channel<string, string, string>());
    closeAtEnd(client);
    const ended = serve(
      server,
      {
        post: () => {
          throw new Error('of a post');
        },
        req: (msg, rctx) => {
          if (msg === 'throws') throw new Error('of a request');
          rctx.reply(msg);
        },
      },
      { onError: () => undefined },
    );
    client.post('x');
    await fails(client.req('throws'), 'HandlerFailed');
    await client.req('fine');
    equal(counts(introspect(server)), { ...NOTHING, processed: 1, failed: 2 });
    client.close();
    await ended;
  });

  check('an actor of this thread', async () => {
    const { client, stats } = spawn<unknown, string, string>({
      req: (msg, rctx) => {
        rctx.reply(msg);
      },
    });
    closeAtEnd(client);
    await client.req('x');
    equal(counts(await stats()), { ...NOTHING, processed: 1 });
  });

  check('an actor in another thread', ['threads', 'workers', 'death'], async (rig) => {
    const thread = await rig.thread();
    thread.run('serveActor', undefined).result.catch(() => undefined);
    const actor = spawnWorker<unknown, ActorCommand, unknown>(thread.endpoint as WorkerLike);
    const { client } = actor;
    closeAtEnd(client);
    const held = client.req(['hold']);
    await fails(client.req(['throw']), 'HandlerFailed');
    // The client that was made for init() may not have closed yet.
    while ((await actor.stats()).clients > 1);
    equal(counts(await actor.stats()), { ...NOTHING, inFlight: 1, failed: 1 });
    await client.req(['release']);
    await held;
    equal(counts(await actor.stats()), { ...NOTHING, processed: 2, failed: 1 });
    actor.kill();
    await fails(actor.done, 'ServerDisappeared');
    await fails(actor.stats(), 'ServerDisappeared');
  });

  check('a pool', async () => {
    const held: (() => void)[] = [];
    const workers = pool(
      () =>
        spawn<unknown, string, string>({
          req: (msg, rctx) => {
            if (msg === 'throws') throw new Error('as asked');
            held.push(() => rctx.reply(msg));
          },
        }),
      { size: 1, prefetchMs: 0, shutdown: 0 },
    );
    await fails(workers.req('throws'), 'HandlerFailed');
    const calls = upTo(3).map((n) => workers.req(String(n)));
    await until(() => held.length === 1 && workers.stats.oldest > 5);
    const { waiting, pending, processed, failed } = workers.stats;
    equal(
      { waiting, pending, processed, failed },
      { waiting: 2, pending: 1, processed: 0, failed: 1 },
    );
    for (const n of upTo(3)) {
      await until(() => held.length === n);
      held[n - 1]!();
    }
    await Promise.all(calls);
    const { oldest, processed: done } = workers.stats;
    equal([oldest, done], [0, 3]);
    await workers.stop();
    equal(workers.stats.processed, 3);
  });

  check('values that are no server are refused', () => {
    for (const none of [undefined, null, {}, 5] as unknown[]) {
      throws(() => introspect(none as Server), 'InvalidArgument');
    }
    return Promise.resolve();
  });
});
