/** Victims at an endpoint: one that listens, and one that connects. */
import { connect, listen } from '../library.js';
import { newChannel } from '../platform.js';
import { someFrame, someHandshake } from '../stories/frames.js';
import { clientActs, TO_CLIENT, type AnyClient } from './clients.js';
import type { Role } from './role.js';

const handshake = (kind: number, ...rest: never[]): ['say', 0, ['list', ...never[]]] => [
  'say',
  0,
  ['list', 'ump-ng', 2, kind, '', ...rest] as never,
];

export const listener: Role = {
  name: 'listener',
  opening: [handshake(0), handshake(2, ['port', 0] as never)],
  frame: (random) =>
    random.chance(0.6) ? someHandshake(random) : someFrame(random, [0, 2, 3, 4, 4, 6]),
  begin: (app) => {
    const { port1, port2 } = newChannel();
    const own = listen<unknown, unknown, unknown, unknown>(port2);
    app.serve(own);
    app.atLast(() => {
      port2.close();
    });
    return {
      lines: [port1],
      acts: [
        () => undefined,
        () => own.client().req('x'),
        () => {
          own.close();
        },
      ],
    };
  },
};

export const connector: Role = {
  name: 'connector',
  opening: [
    ['act', 0],
    ['act', 2],
    handshake(1),
    ['wait'],
    ['say', 1, ['list', 0, 'ump-ng', 2, 1, ['list', 2, 0, ['list', 'unread']]]],
  ],
  frame: (random) =>
    random.chance(0.5) ? someHandshake(random) : someFrame(random, [0, ...TO_CLIENT]),
  begin: (app) => {
    const { port1, port2 } = newChannel();
    const own: AnyClient = connect(port2 as never, { reconnect: true });
    app.atLast(() => {
      port2.close();
    });
    return { lines: [port1], acts: clientActs(app, own) };
  },
};
