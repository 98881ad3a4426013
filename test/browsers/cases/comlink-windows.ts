import {
  expose,
  proxy,
  releaseProxy,
  windowEndpoint,
  wrap,
  type ExposeOptions,
} from 'ump-ng/comlink';
import { equal, fails, ok, throws } from '../../contract/assertions.js';
import { isPending } from '../../contract/in-process-pair.js';
import { keep } from '../../contract/keep-until-end.js';
import { theme } from '../../contract/suite-dsl.js';
import { FOREVER } from '../../contract/utilities.js';
import { ELSEWHERE, frame, HERE, type Guest } from './guest-page.js';

interface Greeter {
  greet(name: string): string;
  call(callback: (word: string) => string): Promise<string>;
}

/** Exposes a greeter there, to this page. */
const exposeIn = (
  guest: Guest<Window>,
  targetOrigin?: string,
  options: ExposeOptions = {},
): Promise<void> =>
  guest.run(
    ({ comlink }, [origin, how]) => {
      const greeter = {
        greet: (name: string) => `hello, ${name}`,
        call: async (callback: (word: string) => Promise<string>) => callback('called'),
      };
      comlink.expose(greeter, comlink.windowEndpoint(parent, undefined, origin), how);
    },
    [targetOrigin, options] as const,
  );

const remoteIn = (guest: Guest<Window>, targetOrigin?: string) =>
  keep(wrap<Greeter>(windowEndpoint(guest.target, undefined, targetOrigin)));

const doubler = { double: (n: number) => 2 * n };

/** The frame doubles 21 by what this page exposes to it. */
const doubledIn = (guest: Guest<Window>, targetOrigin?: string): Promise<number> =>
  guest.run(
    ({ comlink }, origin) =>
      comlink
        .wrap<{ double(n: number): number }>(comlink.windowEndpoint(parent, undefined, origin))
        .double(21),
    targetOrigin,
  );

const end = Promise.resolve('pending');

export const comlinkWindows = theme('comlink: windows', (check) => {
  for (const [what, origin] of [
    ['the same origin', HERE],
    ['another origin', ELSEWHERE],
  ] as const) {
    check(`comlink: a frame of ${what}, with exact origins`, async () => {
      const there = await frame(origin());
      const remote = remoteIn(there, origin());
      const early = remote.greet('early');
      await exposeIn(there, HERE());
      equal(await early, 'hello, early');
      const callback = proxy((word: string) => `${word} back`);
      equal(await remote.call(callback), 'called back');
    });

    check(`comlink: a frame of ${what}, with any origin`, async () => {
      const there = await frame(origin());
      await exposeIn(there);
      const remote = remoteIn(there);
      equal(await remote.greet('late'), 'hello, late');
      const callback = proxy((word: string) => `${word} back`);
      equal(await remote.call(callback), 'called back');
    });

    check(`comlink: a frame of ${what} calls its page`, async () => {
      const there = await frame(origin());
      expose(doubler, windowEndpoint(there.target, undefined, origin()));
      equal(await doubledIn(there, HERE()), 42);
    });
  }

  check('comlink: a RegExp of `allowedOrigins` may match a part of the origin', async () => {
    const there = await frame();
    const remote = remoteIn(there, HERE());
    const answer = remote.greet('RegExp');
    await exposeIn(there, undefined, { allowedOrigins: [/127\.0\.0/, 'https://example.org'] });
    equal(await answer, 'hello, RegExp');
  });

  check('comlink: a page of an origin that is not allowed cannot call', async () => {
    const there = await frame();
    const remote = remoteIn(there, HERE());
    await exposeIn(there, undefined, { allowedOrigins: ['https://example.org', /elsewhere/] });
    const answer = remote.with({ timeout: 60_000 }).greet('refused');
    await there.run(() => undefined);
    equal(await Promise.race([answer, end]), 'pending');
    ok(await isPending(answer), 'it was answered');
    answer.catch(() => undefined);
    remote[releaseProxy]();
  });

  check('comlink: messages of other windows are not taken, with any origin', async () => {
    const [there, other] = [await frame(), await frame()];
    expose(doubler, windowEndpoint(there.target));
    const call = ({ comlink }: Parameters<Parameters<typeof there.run>[0]>[0]) =>
      Promise.race([
        comlink.wrap<{ double(n: number): number }>(comlink.windowEndpoint(parent)).double(21),
        new Promise((resolve) => setTimeout(resolve, 0, 'pending')),
      ]);
    equal(await other.run(call), 'pending');
    equal(await doubledIn(there), 42);
  });

  check('comlink: one object for all windows of allowed origins', async () => {
    expose(doubler, window, [HERE(), ELSEWHERE()]);
    for (const origin of [HERE(), ELSEWHERE()]) {
      equal(await doubledIn(await frame(origin), HERE()), 42);
    }
  });

  check('comlink: a window by itself needs an origin', async () => {
    const there = await frame();
    throws(() => wrap(there.target), 'InvalidArgument');
    throws(() => {
      expose({}, there.target);
    }, 'InvalidArgument');
    throws(() => wrap(windowEndpoint(there.target, undefined, 'example.org')), 'InvalidArgument');
  });

  check('comlink: a frame that reloads settles its calls', async () => {
    const there = await frame();
    await exposeIn(there, HERE());
    const remote = remoteIn(there, HERE());
    equal(await remote.greet('once'), 'hello, once');
    const pending = remote.call(proxy(() => FOREVER) as never);
    const restarted = there.restarted();
    there.element.src = there.element.src.replace('#', '?again#');
    await fails(pending, 'ServerDisappeared');
    await restarted;
    await exposeIn(there, HERE());
    equal(await remoteIn(there, HERE()).greet('again'), 'hello, again');
  });
});
