/** A series of random deaths, in which all calls must settle. It runs in a page or in a worker. */
import { connect, ReplyContext, type MessagePort as UserPort } from 'ump-ng';
import { equal, ok } from '../../contract/assertions.js';
import { ask } from '../../contract/commands.js';
import type { AnyClient } from '../../contract/rig.js';
import { webRigs } from '../../contract/rigs/web.js';

export interface Series {
  /** Two threads of one kind die each time. */
  readonly kinds: readonly string[];
  readonly deaths: number;
  /** Milliseconds, for threads whose death is not reliably noticed otherwise. */
  readonly heartbeat?: number;
}

const CALLS = 25;
const AT_ONCE = 4;

/** A seeded generator of random numbers, so that a failing series can be repeated. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

/** One round: traffic, with contexts moved to a helper, and a death in the middle of it. */
async function oneDeath(
  pick: (below: number) => number,
  { kinds, heartbeat }: Series,
): Promise<Record<string, number>> {
  const kind = kinds[pick(kinds.length)]!;
  const rig = webRigs(location.href).get(kind)!();
  const outcomes: Record<string, number> = {};
  try {
    const [thread, helper] = await Promise.all([rig.thread(), rig.thread()]);
    const task = thread.run('serve', {});
    const client: AnyClient = connect(thread.endpoint, {
      ...thread.options,
      ...(heartbeat !== undefined && { heartbeat }),
      // No call is cancelled here, so an undelivered reply is a second reply.
      onDropped: () => {
        outcomes['answered twice'] = (outcomes['answered twice'] ?? 0) + 1;
      },
    });
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
    // Each context is taken over by a thread: the caller of an unused one waits as long as this
    // agent lives.
    const taken = pick(4);
    for (let n = 0; n < 4; n++) {
      const port = (await task.nextMessage()) as UserPort;
      if (n <= taken) await helper.run('holdContext', undefined, [port]).nextMessage();
      else ReplyContext.from<unknown>(port).reply('here');
    }
    if (pick(2) === 0) await ask(client, 'echo', 'more').catch(() => undefined);
    // A random one of the two dies first; the other follows.
    const [first, second] = pick(2) === 0 ? [thread, helper] : [helper, thread];
    await first.kill();
    for (let n = 20; n < CALLS; n++) settled.push(call(client, 5 * n + 2));
    await second.kill();
    await Promise.all(settled);
    equal(
      Object.values(outcomes).reduce((sum, n) => sum + n, 0),
      CALLS,
    );
  } finally {
    await rig.dispose();
  }
  return outcomes;
}

/** Fails if a call ends otherwise than by its reply or by the death of its server or helper. */
export async function dying(series: Series): Promise<void> {
  const pick = random(20_261_125);
  const total: Record<string, number> = {};
  let left = series.deaths / 2;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      for (const [code, n] of Object.entries(await oneDeath(pick, series)))
        total[code] = (total[code] ?? 0) + n;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const codes = Object.keys(total).sort();
  ok(
    codes.every((code) => ['NoReply', 'ServerDisappeared', 'ok'].includes(code)),
    codes.join(),
  );
  const settled = Object.values(total).reduce((sum, n) => sum + n, 0);
  equal(settled, (series.deaths / 2) * CALLS);
}
