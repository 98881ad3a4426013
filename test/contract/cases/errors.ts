import { isUmpError, UmpError } from 'ump-ng';
import { equal, fails, ok } from '../assert.js';
import { pair, take, takeRequest } from '../local.js';
import { ask } from '../orders.js';
import type { AnyClient } from '../rig.js';
import { makeSample, sampleNames } from '../samples.js';
import { theme } from '../theme.js';

const appErrorOf = async (client: AnyClient, order: readonly unknown[]): Promise<unknown> => {
  const error = await fails(client.req(order), 'App');
  ok('appError' in error, 'it has no appError');
  return error.appError;
};

export const errors = theme('errors', (check) => {
  check('an application error is plain data and arrives whole', async (rig) => {
    const { client } = await rig.serve();
    const error = {
      kind: 'locked',
      by: ['me', 'you'],
      since: new Date(0),
      more: new Map([[1, 2]]),
    };
    equal(await appErrorOf(client, ['fail', error]), error);
  });

  check('falsy application errors are errors', async (rig) => {
    const { client } = await rig.serve();
    for (const error of [0, '', false, null, undefined, NaN]) {
      equal(await appErrorOf(client, ['fail', error]), error);
    }
  });

  check('tryReq tells a failure and does not reject', async (rig) => {
    const { client } = await rig.serve();
    const result = await client.tryReq(['fail', 'sorry']);
    ok(!result.ok && isUmpError(result.error, 'App'), 'it is no App failure');
    equal(result.error.appError, 'sorry');
    ok(result.error.message.includes('sorry'), `the message is silent: ${result.error.message}`);
  });

  for (const name of sampleNames) {
    check(`${name} survives as an application error and as a reply`, async (rig) => {
      const { client } = await rig.serve();
      equal(await appErrorOf(client, ['sample', 'fail', name]), makeSample(name));
      equal(await ask(client, 'sample', 'reply', name), makeSample(name));
    });

    check(`${name} survives as a post and in a request`, async () => {
      const { server, client } = pair();
      client.post(makeSample(name));
      const answer = client.req(makeSample(name));
      equal(await take(server, 1), [makeSample(name)]);
      const { msg, rctx } = await takeRequest(server);
      equal(msg, makeSample(name));
      rctx.reply(null);
      await answer;
      client.close();
    });
  }

  check('the stack of an Error tells where it was made', async (rig) => {
    const { client } = await rig.serve();
    const error = (await appErrorOf(client, ['sample', 'fail', 'a plain Error'])) as Error;
    ok(error.stack?.includes('a plain Error'), `the stack is ${String(error.stack)}`);
  });

  check('built-in errors keep their class, others are Errors', async (rig) => {
    const { client } = await rig.serve();
    const builtIn = (await ask(client, 'sample', 'reply', 'a built-in with a cause')) as Error;
    ok(builtIn instanceof TypeError, 'it is no TypeError');
    ok(builtIn.cause instanceof RangeError, 'its cause is no RangeError');
    const own = await ask(client, 'sample', 'reply', 'a subclass with fields');
    ok(own instanceof Error && own.name === 'OutOfStock', 'it lost its name');
    const both = await ask(client, 'sample', 'reply', 'an AggregateError');
    ok(both instanceof AggregateError, 'it is no AggregateError');
  });

  check('an Error that is referred to twice is still one', async (rig) => {
    const { client } = await rig.serve();
    const reply = await ask(client, 'sample', 'reply', 'two fields with one Error');
    const { first, second } = reply as { first: unknown; second: unknown };
    ok(first === second, 'it became two');
  });

  check('giving an Error away leaves it as it was', async () => {
    const { server, client } = pair();
    const given = {
      error: Object.assign(new Error('mine', { cause: new Error('c') }), { extra: 1 }),
    };
    const { error } = given;
    client.post(given);
    ok(given.error === error && error.cause instanceof Error, 'it was changed');
    equal(Object.entries(error), [['extra', 1]]);
    server.close();
  });

  check('an UmpError stays one on its way', async (rig) => {
    const { client } = await rig.serve();
    const reason = new UmpError('Timeout', 'further down', { cause: 'slow' });
    const copy = await appErrorOf(client, ['fail', reason]);
    ok(isUmpError(copy, 'Timeout'), 'it is no UmpError any more');
    equal([copy.message, copy.cause], ['further down', 'slow']);
  });

  check('isUmpError knows its own', async () => {
    const error = new UmpError('NoReply');
    equal(
      [isUmpError(error), isUmpError(error, 'NoReply'), isUmpError(error, 'App')],
      [true, true, false],
    );
    for (const other of [undefined, null, 'NoReply', new Error('x'), { code: 'NoReply' }, {}]) {
      equal(isUmpError(other), false);
    }
    ok(error instanceof Error && error.name === 'UmpError', 'it is no Error of that name');
  });

  check('the stack of a failed call starts at its caller', async () => {
    const { server, client } = pair();
    // Not as the last thing that they do: WebKit forgets the caller of a tail call.
    const calls = {
      postsBadly: () => {
        client.post(() => undefined);
        return 'sent';
      },
      defersBadly: () => {
        client.reqDeferred(() => undefined);
        return 'sent';
      },
      transfersBadly: () => {
        client.transfer();
        return 'given';
      },
    };
    await fails(calls.postsBadly, 'DataClone').then(startsAt('postsBadly'));
    await fails(calls.defersBadly, 'DataClone').then(startsAt('defersBadly'));
    client.close();
    await fails(calls.transfersBadly, 'Detached').then(startsAt('transfersBadly'));
    server.close();
  });

  check('the stack of a call that rejects at once starts at its caller', ['stacks'], async () => {
    const { server, client } = pair();
    const requestsBadly = (): unknown => client.req(() => undefined);
    const timesOutBadly = (): unknown => client.req(1, { timeout: NaN });
    await fails(requestsBadly, 'DataClone').then(startsAt('requestsBadly'));
    await fails(timesOutBadly, 'NotSupported').then(startsAt('timesOutBadly'));
    server.close();
  });

  check('the stack of a call that fails later names its caller', ['stacks'], async (rig) => {
    const { client } = await rig.serve();
    const requestsInVain = async (): Promise<unknown> => await client.req(['drop']);
    await fails(requestsInVain(), 'NoReply').then(startsAt('requestsInVain'));
    const triesInVain = async (): Promise<unknown> => {
      const result = await client.tryReq(['drop']);
      return result.ok ? undefined : result.error;
    };
    startsAt('triesInVain')((await triesInVain()) as Error);
  });
});

/** Only what the engine itself says of asynchronous calls may stand above it. */
const startsAt =
  (caller: string) =>
  ({ message, stack = '' }: Error): void => {
    const below = stack.slice(
      !stack.includes(message) ? 0 : stack.indexOf(message) + message.length,
    );
    const [first = ''] = below.split('\n').filter((line) => line !== '');
    ok(first.includes(caller), `the stack is ${stack}`);
  };
