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

const canBlame = 'captureStackTrace' in Error;

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
    ok(error.stack?.includes('samples'), `the stack is ${String(error.stack)}`);
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
    if (!canBlame) return;
    const { server, client } = pair();
    const calls = {
      postsBadly: () => client.post(() => undefined),
      requestsBadly: () => client.req(() => undefined),
      defersBadly: () => client.reqDeferred(() => undefined),
      timesOutBadly: () => client.req(1, { timeout: NaN }),
    };
    for (const [name, call] of Object.entries(calls)) {
      const error = await fails(call, name === 'timesOutBadly' ? 'NotSupported' : 'DataClone');
      ok(firstFrame(error).includes(name), `${name}: the stack is ${String(error.stack)}`);
    }
    server.close();
  });

  check('the stack of a call that fails later names its caller', async (rig) => {
    if (!canBlame) return;
    const { client } = await rig.serve();
    const requestsInVain = async (): Promise<unknown> => await client.req(['drop']);
    const error = await fails(requestsInVain(), 'NoReply');
    ok(firstFrame(error).includes('requestsInVain'), `the stack is ${String(error.stack)}`);
    const triesInVain = async (): Promise<unknown> => {
      const result = await client.tryReq(['drop']);
      return result.ok ? undefined : result.error;
    };
    const told = (await triesInVain()) as Error;
    ok(firstFrame(told).includes('triesInVain'), `the stack is ${String(told.stack)}`);
  });
});

/** Below the lines of the message. */
const firstFrame = (error: Error): string =>
  error.stack?.split('\n').find((line) => /^\s+at /.test(line)) ?? '';
