/** What the errors of calls say. */
import { actor, remote, spawn, type Callback } from 'ump-ng/actors';
import { equal, fails, throws } from '../../assertions.js';
import { closeAtEnd } from '../../keep-until-end.js';
import { callback, references } from '../../remote-references.js';
import { theme } from '../../suite-dsl.js';
import { FOREVER } from '../../utilities.js';

type Anything = Record<string, (...args: unknown[]) => Promise<unknown>>;

const fn = (): number => 1;
const HINT = 'callback(fn) passes one by reference';

export const callErrors = theme('actors: errors of calls', (check) => {
  check('a DataClone error names the argument and the method', async (rig) => {
    const { there } = await references(rig);
    const req = there.req as unknown as Anything;
    for (const [args, message] of [
      [[1, fn], `argument 2 of resize(): a function cannot be cloned; ${HINT}`],
      [[Symbol('s')], 'argument 1 of resize(): a symbol cannot be cloned'],
      [
        [{ list: [1, { render: fn }] }],
        `argument 1 of resize(): list[1].render is a function and cannot be cloned; ${HINT}`,
      ],
      [[[fn]], `argument 1 of resize(): [0] is a function and cannot be cloned; ${HINT}`],
      [
        [callback(fn), { on: fn }],
        `argument 2 of resize(): on is a function and cannot be cloned; ${HINT}`,
      ],
      [
        [new WeakMap()],
        'argument 1 of resize(): a WeakMap cannot be cloned, and is not in the transfer list',
      ],
      [[new Proxy({}, {})], 'argument 1 of resize(): it cannot be cloned: it may be a Proxy'],
    ] as const) {
      equal((await fails(req['resize']!(...args), 'DataClone')).message, message);
    }
    const { message, cause } = await fails(req['resize']!(fn), 'DataClone');
    equal(
      [message.split(':')[0], (cause as Error).name],
      ['argument 1 of resize()', 'DataCloneError'],
    );
  });

  check('so it does for posts, streams, progress and nested methods', async () => {
    const { client } = spawn(actor({}));
    const there = remote<Anything>(closeAtEnd(client) as never);
    const { post, stream } = there as unknown as {
      post: Anything;
      stream: Record<string, (...args: unknown[]) => AsyncGenerator>;
    };
    const says = `argument 1 of log(): a function cannot be cloned; ${HINT}`;
    equal(throws(() => post['log']!(fn), 'DataClone').message, says);
    equal((await fails(stream['log']!(fn).next(), 'DataClone')).message, says);
    const { req } = there.with({ onProgress: () => undefined });
    equal((await fails((req as never as Anything)['log']!(fn), 'DataClone')).message, says);
    const nested = there.req as unknown as { images: Anything };
    const { message } = await fails(nested.images['log']!(fn), 'DataClone');
    equal(message, says.replace('log', 'images.log'));
  });

  check('so it does for callbacks and results', async (rig) => {
    const { there } = await references(rig);
    const call = callback((value: unknown) => value) as unknown as Anything[''];
    equal(
      (await fails(call(fn), 'DataClone')).message,
      `argument 1 of the callback: a function cannot be cloned; ${HINT}`,
    );
    const bad = callback((_: unknown): unknown => ({ a: fn }));
    const { code, cause } = (await there.req.outcomeOf(bad, 1)) as { code: string; cause: Error };
    equal(
      [code, cause.message],
      [
        'HandlerFailed',
        `the result of the callback: a is a function and cannot be cloned; ${HINT}`,
      ],
    );
    for (const [how, text] of [
      [0, 'deep.er is a function and cannot be cloned'],
      [1, 'a function cannot be cloned'],
    ] as const) {
      const error = await fails(there.req.uncloneable(how), 'HandlerFailed');
      equal((error.cause as Error).message, `the result of uncloneable(): ${text}; ${HINT}`);
    }
  });

  check('a Timeout names the method and the milliseconds', async () => {
    const { client } = spawn(actor({ waits: () => FOREVER, images: { waits: () => FOREVER } }), {
      concurrency: 4,
    });
    const there = remote(closeAtEnd(client)).with({ timeout: 5 });
    const text = 'no reply came within 5 ms';
    equal((await fails(there.req.waits(), 'Timeout')).message, `waits(): ${text}`);
    equal((await fails(there.req.images.waits(), 'Timeout')).message, `images.waits(): ${text}`);
  });

  check('other errors are those of the client', async () => {
    const { client } = spawn(actor({ each: (_: Callback) => FOREVER }));
    const there = remote(client);
    client.close();
    await fails(there.req.each(callback(() => undefined)), 'Detached');
  });
});
