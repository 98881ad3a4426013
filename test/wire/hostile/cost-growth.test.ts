/** Frames that are expensive for their size: twice the size must take about twice the time. */
import { expect, test } from '@jest/globals';
import { MessageChannel } from 'node:worker_threads';
import { channel } from 'ump-ng';
import { F, ROLE, hello } from '../support/raw-peer.js';

const MAX_GROWTH = 2.5;
const SIZES = [1, 2, 4];
const TIMES = 5;

const full = (length: number, part: unknown): unknown[] => Array.from({ length }, () => part);
const record = (fields: object, more: object = {}): object => ({
  ...{ name: 'Error', message: 'm', stack: 's', fields },
  ...more,
});
const request = (value: unknown, errors: unknown[], transfer?: unknown[]): unknown[] => [
  F.REQ,
  1,
  value,
  transfer,
  errors,
];
const fields = (length: number, part: (at: number) => unknown): object =>
  Object.fromEntries(Array.from({ length }, (_, at) => [`f${at}`, part(at)]));

/** Each takes some milliseconds at its smallest size. */
const shapes: Record<string, (n: number) => unknown> = {
  'one array, nested many times': (n) => {
    let nest = full(20_000 * n, 0);
    for (let depth = 0; depth < 4; depth++) nest = full(20_000 * n, nest);
    return nest;
  },
  'a forwarded frame of nested arrays': (n) => {
    const nest = full(100_000 * n, full(100_000 * n, 0));
    return [F.FORWARD, 1, [F.REQ, 1, nest, nest, nest]];
  },
  'a very long transfer list': (n) => request('x', full(3, 0), full(1_000_000 * n, 0)),
  'an Error whose fields are all one array': (n) => {
    const list = full(16_000 * n, 0);
    const error = record(fields(16_000 * n, () => list));
    return request(error, [error]);
  },
  'an Error whose fields are arrays of one array': (n) => {
    const list = full(8000 * n, 0);
    const error = record(fields(8000 * n, () => [list, list]));
    return request(error, [error]);
  },
  'Errors that all contain one another': (n) => {
    const all: object[] = [];
    for (let at = 0; at < 1000 * n; at++) all.push(record({ all, first: all[0] }));
    return request(all, all);
  },
  'Errors that all have one list of paths': (n) => {
    const at = Array.from({ length: 1000 * n }, () => [0]);
    return request(
      [new Error('deep')],
      full(1000 * n, 0).map(() => record({}, { at })),
    );
  },
  'Errors that all have one object of fields': (n) => {
    const shared = fields(1000 * n, () => 0);
    const errors = full(1000 * n, 0).map(() => record(shared));
    return request(errors, errors);
  },
  'one Error, listed many times': (n) => {
    const error = record({});
    return request(error, full(400_000 * n, error));
  },
};

/**
 * Microseconds from sending the frame until the first answer: of processor time, to which other
 * processes on a busy machine add nothing, or of real time, to which other threads of this process
 * add nothing; whichever is less.
 */
async function cost(frame: unknown): Promise<number> {
  const { server } = channel();
  const { port1, port2 } = new MessageChannel();
  server.accept(port1);
  void (async () => {
    for await (const message of server) {
      if (message.type === 'request') message.rctx.reply(1);
    }
  })();
  const answered = new Promise((resolve) => {
    port2.on('message', ([tag]: unknown[]) => tag !== F.HELLO && resolve(tag));
  });
  port2.postMessage(hello(ROLE.CLIENT));
  const start = performance.now();
  const before = process.cpuUsage();
  port2.postMessage(frame);
  await answered;
  const { user, system } = process.cpuUsage(before);
  const elapsed = 1000 * (performance.now() - start);
  port2.close();
  server.close();
  return Math.min(user + system, elapsed);
}

test.each(Object.keys(shapes))(
  '%s',
  async (name) => {
    const frames = SIZES.map((n) => shapes[name]!(n));
    const best = SIZES.map(() => Infinity);
    const grows = (): number[] => best.slice(1).map((time, at) => time / best[at]!);
    // Noise only adds time, so the best of some rounds shows whether the growth is linear.
    for (
      let round = 0;
      round < TIMES || (round < 12 * TIMES && Math.max(...grows()) > MAX_GROWTH);
      round++
    ) {
      for (const [at, frame] of frames.entries()) {
        best[at] = Math.min(best[at]!, await cost(frame));
      }
    }
    for (const growth of grows()) expect(growth).toBeLessThan(MAX_GROWTH);
  },
  120_000,
);
