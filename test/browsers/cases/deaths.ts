/** Deaths that only browsers know, and a long series of random ones. */
import { connect, ReplyContext, type Client, type MessagePort as UserPort } from 'ump-ng';
import { equal, fails, ok } from '../../contract/assert.js';
import { ask } from '../../contract/orders.js';
import type { AnyClient } from '../../contract/rig.js';
import { webRigs } from '../../contract/rigs/web.js';
import { theme } from '../../contract/theme.js';
import { cleanUp, ELSEWHERE, frame, HERE, worker, type Guest } from './guest.js';

const stuckServer = (guest: Guest<unknown>): Promise<void> =>
  guest.run((lib) => {
    void (async () => {
      for await (const message of lib.listen()) {
        if (message.type !== 'request') continue;
        if (message.msg === 'hang') for (;;);
        if (message.msg === 'close') (globalThis as unknown as { close(): void }).close();
        if (message.msg === 'echo') message.rctx.reply('echo');
      }
    })();
  });

export const browserDeaths = theme('deaths', (check) => {
  check('a worker that is terminated', async () => {
    const there = await worker();
    await stuckServer(there);
    const client: Client = connect(there.target);
    equal(await client.req('echo'), 'echo');
    const pending = fails(client.req('hold'), 'ServerDisappeared');
    there.target.terminate();
    await pending;
    await fails(client.req('later'), 'ServerDisappeared');
    const anew: Client = connect(there.target);
    await fails(anew.req('anew'), 'ServerDisappeared');
  });

  check('a worker that is terminated while it computes', async () => {
    const there = await worker();
    await stuckServer(there);
    const client: Client = connect(there.target);
    const clone = client.clone();
    equal(await clone.req('echo'), 'echo');
    const pending = [
      fails(client.req('hang'), 'ServerDisappeared'),
      fails(clone.req('x'), 'ServerDisappeared'),
    ];
    there.target.terminate();
    await Promise.all(pending);
  });

  check('a worker that is terminated just as a clone was given away', async () => {
    const there = await worker();
    await stuckServer(there);
    const client: Client = connect(there.target);
    equal(await client.req('echo'), 'echo');
    const other = await frame();
    const port = client.clone().transfer();
    there.target.terminate();
    const code = await other.run(async (lib, given) => {
      const far = lib.Client.from(given);
      Object.assign(globalThis, { far });
      return (await far.closed).code;
    }, port);
    equal(code, 'ServerDisappeared');
  });

  check('a worker that closes itself', async () => {
    const there = await worker();
    await stuckServer(there);
    const client: Client = connect(there.target);
    await fails(client.req('close'), 'ServerDisappeared');
  });

  check('a worker that is stuck, with a heartbeat', async () => {
    const there = await worker();
    await stuckServer(there);
    const client: Client = connect(there.target, { heartbeat: 250 });
    equal(await client.req('echo'), 'echo');
    await fails(client.req('hang'), 'ServerDisappeared');
  });

  check('a frame of another origin that is removed, with a heartbeat', async () => {
    const there = await frame(ELSEWHERE());
    await there.run((lib, home) => {
      lib.listen(undefined, { allowedOrigins: [home] });
    }, HERE());
    const client: Client = connect(there.target, { origin: ELSEWHERE(), heartbeat: 250 });
    await client.connected;
    const pending = fails(client.req('hold'), 'ServerDisappeared');
    there.element.remove();
    await pending;
  });

  check('a page that leaves is missed by its SharedWorker', async () => {
    const rig = webRigs(location.href).get('shared workers')!();
    const thread = await rig.thread();
    const task = thread.run('serve', {});
    const client: AnyClient = connect(thread.endpoint);
    const there = await frame();
    // It gets a clone, as a page of its own would; the server misses that when the page is gone.
    const port = client.clone().transfer();
    const answer = await there.run((lib, given) => {
      const far = lib.Client.from<unknown, unknown, unknown, unknown>(given);
      Object.assign(globalThis, { far });
      return far.req(['echo', 'from there']);
    }, port);
    equal(answer, 'from there');
    client.close();
    there.element.remove();
    equal(await task.said(), 'ended');
    await rig.dispose();
  });
});

/** A small generator, so that a failing series can be run again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

const KINDS = ['dedicated workers', 'shared workers', 'same-origin frames'];
const DEATHS = 300;
const AT_ONCE = 4;

/** One life: traffic, with contexts handed to a helper; then a death in the middle of it. */
async function oneDeath(pick: (below: number) => number): Promise<Record<string, number>> {
  const rig = webRigs(location.href).get(KINDS[pick(KINDS.length)]!)!();
  const outcomes: Record<string, number> = {};
  try {
    const [thread, helper] = await Promise.all([rig.thread(), rig.thread()]);
    const task = thread.run('serve', {});
    const client: AnyClient = connect(thread.endpoint, thread.options);
    await client.connected;
    const settled: Promise<void>[] = [];
    const call = (by: AnyClient, n: number): Promise<void> =>
      by
        .tryReq(n % 5 === 0 ? ['hold', String(n)] : n % 5 === 1 ? ['delegate'] : ['echo', n])
        .then((outcome) => {
          const code = outcome.ok ? 'ok' : outcome.error.code;
          if (outcome.ok && n % 5 > 1) equal(outcome.value, n);
          outcomes[code] = (outcomes[code] ?? 0) + 1;
        });
    const clone = client.clone();
    for (let n = 0; n < 20; n++) settled.push(call(n % 2 === 0 ? client : clone, n));
    // Each context is taken up by somebody: where nobody does, its caller waits for as long as we live.
    const taken = pick(4);
    for (let n = 0; n < 4; n++) {
      const port = (await task.said()) as UserPort;
      if (n <= taken) await helper.run('hold', undefined, [port]).said();
      else ReplyContext.from<unknown>(port).reply('here');
    }
    if (pick(2) === 0) await ask(client, 'echo', 'more').catch(() => undefined);
    // Which dies first is a matter of luck, too; the other one follows.
    const [first, second] = pick(2) === 0 ? [thread, helper] : [helper, thread];
    await first.kill();
    for (let n = 20; n < 25; n++) settled.push(call(client, 5 * n + 2));
    await second.kill();
    await Promise.all(settled);
    equal(
      Object.values(outcomes).reduce((sum, n) => sum + n, 0),
      25,
    );
  } finally {
    await rig.dispose();
  }
  return outcomes;
}

export const killing = theme('random deaths', (check) => {
  check(`${DEATHS} threads die under traffic, and not one call is left`, async () => {
    const pick = random(20_261_125);
    const total: Record<string, number> = {};
    let left = DEATHS / 2;
    const lane = async (): Promise<void> => {
      while (left-- > 0) {
        for (const [code, n] of Object.entries(await oneDeath(pick)))
          total[code] = (total[code] ?? 0) + n;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    cleanUp();
    const codes = Object.keys(total).sort();
    ok(
      codes.every((code) => ['NoReply', 'ServerDisappeared', 'ok'].includes(code)),
      codes.join(),
    );
    ok(
      Object.values(total).reduce((sum, n) => sum + n, 0) === (DEATHS / 2) * 25,
      'calls are missing',
    );
  });
});
