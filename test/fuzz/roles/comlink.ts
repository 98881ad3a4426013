/** Victims of ump-ng/comlink: the side that has the object, and the side that calls. */
import { createEndpoint, expose, proxy, releaseProxy, wrap } from '../library.js';
import { newChannel, type Port } from '../platform.js';
import { carrying, someComlinkCall, someFrame, someWire } from '../stories/frames.js';
import { closePorts } from '../victim/app.js';
import { TO_CLIENT } from './clients.js';
import type { Role } from './role.js';

const exposed = () => ({
  add: (a: number, b: number) => a + b,
  nested: { list: [1, 2, 3], echo: (x: unknown) => x },
  call: async (f: (x: number) => Promise<unknown>) => closePorts(await f(1)),
  make: () => proxy({ x: 1 }),
});

type Wrapped = Record<string | symbol, (...args: unknown[]) => Promise<unknown>>;

const say = (...parts: unknown[]): ['say', 0, never] => ['say', 0, ['list', ...parts] as never];

export const exposer: Role = {
  name: 'comlink exposer',
  opening: [
    say('ump-ng', 2, 2, 'comlink', ['port', 0]),
    ['say', 1, ['list', 0, 'ump-ng', 2, 0, ['list', 2, 0, ['list']]]],
  ],
  frame: (random) => {
    if (random.chance(0.15)) return someFrame(random, [2, 5, 6]);
    if (random.chance(0.8)) return carrying(random, 4, someComlinkCall);
    return carrying(random, 3, (each) => (each.chance(0.5) ? each.below(4) : ['fresh']));
  },
  begin: (app) => {
    const { port1, port2 } = newChannel();
    expose(exposed(), port2);
    app.atLast(() => {
      port2.close();
    });
    return { lines: [port1], acts: [] };
  },
};

export const wrapper: Role = {
  name: 'comlink wrapper',
  opening: [
    ['act', 0],
    ['act', 1],
    say('ump-ng', 2, 1, 'comlink'),
    ['wait'],
    ['say', 1, ['list', 0, 'ump-ng', 2, 1, ['list', 2, 0, ['list']]]],
  ],
  frame: (random) => {
    if (random.chance(0.25)) return someFrame(random, [0, ...TO_CLIENT]);
    if (random.chance(0.3)) return carrying(random, 4, someComlinkCall);
    return carrying(random, random.pick([9, 9, 10]), someWire);
  },
  begin: (app) => {
    const { port1, port2 } = newChannel();
    const there = wrap(port2 as never) as unknown as Wrapped;
    app.atEnd(() => {
      void there[releaseProxy]!();
    });
    app.atLast(() => {
      port2.close();
    });
    return {
      lines: [port1],
      acts: [
        () => there['add']!(1, 2),
        () => there['call']!(proxy((x: unknown) => x)),
        () => there[createEndpoint]!(),
        () => {
          there['x'] = 1 as never;
        },
        async () => await there['make']!(),
      ],
    };
  },
};

/** An endpoint that is no port of the platform: only what it emits and posts is known of it. */
const custom = (port: Port): object => ({
  postMessage: port.postMessage.bind(port),
  addEventListener: port.addEventListener.bind(port),
  removeEventListener: (port as unknown as EventTarget).removeEventListener.bind(port),
  start: port.start?.bind(port),
});

export const bridge: Role = {
  name: 'comlink bridge',
  isEndless: true,
  frame: (random) => {
    const tunnelled = random.chance(0.6);
    if (!tunnelled) {
      const extra = random.pick<never>([
        7 as never,
        8 as never,
        ['port', random.below(3)] as never,
      ]);
      return ['list', 'ump-ng', 2, random.below(6), 'comlink', extra];
    }
    const frame = random.chance(0.5)
      ? carrying(random, 4, someComlinkCall)
      : someFrame(random, [0, 2, 22, 3]);
    return ['list', 'ump-ng.tunnel', random.pick([7, 8, 9]), frame];
  },
  begin: (app) => {
    const { port1, port2 } = newChannel();
    expose(exposed(), custom(port2) as never);
    app.atLast(() => {
      port2.close();
    });
    return { lines: [port1], acts: [] };
  },
};
