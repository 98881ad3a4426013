import { isUmpError, UmpError } from 'ump-ng';
import { equal, fails, ok } from '../../assertions.js';
import { connectTo, pair, take, takeRequest } from '../../in-process-pair.js';
import { ask } from '../../commands.js';
import type { AnyClient } from '../../rig.js';
import { makeSample, sampleNames } from '../../error-samples.js';
import { theme } from '../../suite-dsl.js';
import { turns } from '../../utilities.js';

const appErrorOf = async (client: AnyClient, order: readonly unknown[]): Promise<unknown> => {
  const error = await fails(client.req(order), 'App');
  ok('appError' in error, 'it has no appError');
  return error.appError;
};

const bad = (): undefined => undefined;
const boom = (): never => {
  throw new Error('of a getter');
};

/** Like the errors of HTTP clients: half of its fields cannot be cloned. */
function unwieldy(): Error & { config: unknown } {
  const config: Record<string, unknown> = {
    url: '/',
    transform: ['gzip', bad],
    headers: new Map<string, unknown>([
      ['accept', 'text'],
      ['made', bad],
    ]),
    seen: new Set<unknown>([1, bad]),
    at: new Date(7),
  };
  config['self'] = config;
  const error = Object.assign(new TypeError('Bad Gateway', { cause: new RangeError('inner') }), {
    code: 'E_GATEWAY',
    config,
    response: { status: 502, config, request: Promise.resolve() },
    request: new WeakMap(),
    state: new Proxy({ a: 1 }, {}),
    key: Symbol('key'),
    toJSON: bad,
    list: [new EvalError('first'), Object.assign(new Error('second'), { bad, more: 2 })],
    fields: ['a field of that name'],
  });
  Object.defineProperty(error, 'trap', { get: boom, enumerable: true });
  Object.defineProperty(config, 'trap', { get: boom, enumerable: true });
  return error;
}

/** The parts of that error that must arrive. */
function isWhole(got: unknown): void {
  const error = got as Error & Record<string, unknown>;
  ok(error instanceof TypeError, 'it is no TypeError');
  equal([error.message, error['code']], ['Bad Gateway', 'E_GATEWAY']);
  equal(error.cause, new RangeError('inner'));
  const config = error['config'] as Record<string, unknown>;
  equal(Object.keys(config), ['url', 'transform', 'headers', 'seen', 'at', 'self']);
  equal([config['url'], config['at']], ['/', new Date(7)]);
  equal((config['transform'] as unknown[])[0], 'gzip');
  equal((config['transform'] as unknown[]).length, 2, 'its places');
  equal([...(config['headers'] as Map<string, unknown>)], [['accept', 'text']]);
  equal([...(config['seen'] as Set<unknown>)], [1]);
  ok(config['self'] === config, 'the circular reference is broken');
  const response = error['response'] as Record<string, unknown>;
  equal([response['status'], Object.keys(response)], [502, ['status', 'config']]);
  ok(response['config'] === config, 'one object became two');
  const [first, second] = error['list'] as [Error, Error & { more: number }];
  ok(first instanceof EvalError, 'an Error in a list lost its class');
  equal([second.message, second.more, 'bad' in second], ['second', 2, false]);
  equal(error['fields'], ['a field of that name']);
  const lost = ['request', 'state', 'key', 'toJSON', 'trap'].filter((name) => name in error);
  equal(lost, []);
}

export const errors = theme('errors', (check) => {
  check('parts of an Error that cannot be cloned are left out, at any depth', async () => {
    const { server, client } = pair();
    client.post(unwieldy());
    client.post({ error: unwieldy() });
    const answer = client.req([unwieldy()]);
    const [whole, inField] = await take(server, 2);
    isWhole(whole);
    isWhole((inField as { error: unknown }).error);
    const request = await takeRequest(server);
    isWhole((request.msg as unknown[])[0]);
    request.rctx.reply({ error: unwieldy() });
    isWhole(((await answer) as { error: unknown }).error);
    const failing = client.req('fail');
    (await takeRequest(server)).rctx.fail(unwieldy());
    isWhole((await fails(failing, 'App')).appError);
    client.close();
  });

  check('an Error deep in an Error arrives as an Error, also beside what is left out', async () => {
    const { server, client } = pair();
    const inner = (): Error => new RangeError('inner');
    const deep = {
      a: { b: inner(), bad },
      map: new Map([['key', inner()]]),
      set: new Set([inner()]),
    };
    client.post(Object.assign(new Error('outer'), { deep }));
    const [got] = (await take(server, 1)) as [Error & { deep: typeof deep }];
    const { a, map, set } = got.deep;
    equal(Object.keys(a), ['b']);
    for (const error of [a.b, map.get('key'), ...set]) {
      // The engine has cloned it, which under Jest makes it one of another realm.
      equal(Object.prototype.toString.call(error), '[object Error]');
      equal(error!.message, 'inner');
    }
    client.close();
  });

  check('the Error of the sender keeps the parts that were left out', async () => {
    const { server, client } = pair();
    const error = unwieldy();
    const { config } = error;
    client.post({ error });
    await take(server, 1);
    ok(error.config === config && 'self' in (config as object), 'it was changed');
    equal(Object.keys(error).includes('toJSON'), true);
    client.close();
  });

  check(
    'transferables in an Error are transferred, and other uncloneable parts are left out',
    async () => {
      const { server, client } = pair();
      const { port1, port2 } = new MessageChannel();
      const buffer = new ArrayBuffer(8);
      const error = Object.assign(new Error('moves'), { port1, view: new Uint8Array(buffer), bad });
      client.post(error, { transfer: [port1, buffer] });
      const [got] = (await take(server, 1)) as [Error & Record<string, unknown>];
      equal(Object.keys(got), ['port1', 'view']);
      equal([buffer.byteLength, (got['view'] as Uint8Array).length], [0, 8]);
      (got['port1'] as MessagePort).close();
      port2.close();
      client.close();
    },
  );

  check('an uncloneable value beside an Error is still refused with its path', async () => {
    const { client } = pair();
    for (const given of [{ error: unwieldy(), bad }, [1, unwieldy(), { bad }]]) {
      const { message } = await fails(() => client.post(given), 'DataClone');
      ok(/^value(\.|\[2\]\.)bad is a function/.test(message), message);
    }
    client.close();
  });

  check('a chain of causes that is too long for the engine is cut off', async () => {
    const { server, client } = pair();
    let error = new Error('the first');
    for (let n = 0; n < 20_000; n++) error = new Error('more', { cause: error });
    client.post(error);
    const [got] = (await take(server, 1)) as [Error];
    equal([got.message, (got.cause as Error).message], ['more', 'more']);
    client.close();
  });

  check('the name, message and stack of an Error arrive as strings', async () => {
    const { server, client } = pair();
    const odd = { name: { n: 1 }, message: ['m'], stack: { s: 1 }, code: 7 };
    const error = new Error('x');
    for (const [key, value] of Object.entries(odd)) Object.defineProperty(error, key, { value });
    client.post(error);
    const [got] = (await take(server, 1)) as [Error & { code: number }];
    equal([got.name, got.message, got.stack, got.code], ['Error', '', undefined, 7]);
    client.close();
  });

  check('an application error is plain data and arrives complete', async (rig) => {
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

  check('tryReq returns a failure and does not reject', async (rig) => {
    const { client } = await rig.serve();
    const result = await client.tryReq(['fail', 'sorry']);
    ok(!result.ok && isUmpError(result.error, 'App'), 'it is no App failure');
    equal(result.error.appError, 'sorry');
    ok(
      result.error.message.includes('sorry'),
      `the message does not contain the error: ${result.error.message}`,
    );
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

  check('the stack of an Error names the function that made it', async (rig) => {
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

  check('Errors in results of Promise.allSettled() arrive complete', async (rig) => {
    const { client } = await rig.serve();
    const own = Object.assign(new RangeError('too far', { cause: 'a cause' }), { code: 'E_FAR' });
    const failing = async (reason: unknown): Promise<number> => {
      await Promise.reject(reason);
      return 1;
    };
    const settled = await Promise.allSettled([turns(), failing(own), failing(bad)]);
    const late = failing(new UmpError('Timeout', 'late'));
    const nested = { results: await Promise.allSettled([late, failing(own)]), again: own };
    for (const list of [settled.slice(0, 2), settled.slice(1, 2)]) {
      const reply = (await ask(client, 'echo', list)) as typeof settled;
      equal(
        reply.map(({ status }) => status),
        list.map(({ status }) => status),
      );
      const reason: unknown = (reply.at(-1) as PromiseRejectedResult).reason;
      ok(reason instanceof RangeError, 'it is no RangeError');
      equal([reason.message, reason.cause], ['too far', 'a cause']);
      equal((reason as typeof own).code, 'E_FAR');
      equal(reason.stack, own.stack);
    }
    const { server, client: here } = pair();
    here.post(nested);
    const [{ results, again }] = (await take(server, 1)) as [typeof nested];
    const [timedOut, far] = results as PromiseRejectedResult[];
    ok(isUmpError(timedOut!.reason, 'Timeout'), 'it is no UmpError any more');
    ok(far!.reason === again && again.code === 'E_FAR', 'one Error became two');
    // A part that cannot be cloned is refused with its path, as everywhere.
    const { message } = await fails(client.req(['echo', settled]), 'DataClone');
    ok(message.includes('value[1][2].reason'), message);
  });

  check('registered classes of Errors arrive as such, at any depth', ['threads'], async (rig) => {
    const thread = await rig.thread();
    const task = thread.run('registerErrors', undefined);
    task.result.catch(() => undefined);
    const notFound = [404, true, 'HttpError', 'status 404', 'string'];
    equal(await task.nextMessage(), {
      refused: Array.from({ length: 7 }, () => 'InvalidArgument'),
      top: notFound,
      cause: [500, false, 'HttpError', 'status 500', 'string'],
      deep: notFound,
      isOne: true,
      plain: { plain: [{ of: 'any' }] },
      failed: [410, true, 'HttpError', 'status 410', 'string'],
      made: 0,
    });
    // A thread that has not registered the class gets all but the class.
    const client = connectTo(thread);
    const { deep } = (await client.req('one')) as { deep: { error: Error & { status: number } }[] };
    const { error } = deep[0]!;
    ok(error instanceof Error, 'it is no Error');
    equal([error.name, error.message, error.status], ['HttpError', 'status 404', 404]);
    equal((error.cause as typeof error).status, 500);
  });

  check('an Error that is referenced twice arrives as one object', async (rig) => {
    const { client } = await rig.serve();
    const reply = await ask(client, 'sample', 'reply', 'two fields with one Error');
    const { first, second } = reply as { first: unknown; second: unknown };
    ok(first === second, 'it became two');
  });

  check('sending an Error does not change it', async () => {
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

  check('an UmpError in a message arrives as an UmpError', async (rig) => {
    const { client } = await rig.serve();
    const reason = new UmpError('Timeout', 'further down', { cause: 'slow' });
    const copy = await appErrorOf(client, ['fail', reason]);
    ok(isUmpError(copy, 'Timeout'), 'it is no UmpError any more');
    equal([copy.message, copy.cause], ['further down', 'slow']);
  });

  check('isUmpError recognizes UmpErrors and their codes', async () => {
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
    // Not in tail position: WebKit drops the frame of the caller of a tail call.
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
    await fails(timesOutBadly, 'InvalidArgument').then(startsAt('timesOutBadly'));
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

/** The caller must be the first frame, except for frames that the engine adds for async calls. */
const startsAt =
  (caller: string) =>
  ({ message, stack = '' }: Error): void => {
    const below = stack.slice(
      !stack.includes(message) ? 0 : stack.indexOf(message) + message.length,
    );
    const [first = ''] = below.split('\n').filter((line) => line !== '');
    ok(first.includes(caller), `the stack is ${stack}`);
  };
