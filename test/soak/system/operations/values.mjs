// What messages carry: large values, streams, callbacks and remote objects.
import { callback } from 'ump-ng/actors';
import { equal, timed } from '../expect.mjs';

const MIB = 2 ** 20;
const LARGE = Array.from({ length: 20_000 }, (_, n) => ({ n }));

export const values = [
  {
    name: 'large copy',
    every: 1000,
    run: async ({ near, tally }) => {
      const copy = await timed(tally, 'large copy', () => near.req.echo(LARGE));
      equal([copy.length, copy.at(-1)], [LARGE.length, LARGE.at(-1)], 'the copy');
    },
  },
  {
    name: 'transfer of 1 MiB',
    every: 250,
    run: async ({ near, tally, random }) => {
      const bytes = new Uint8Array(MIB);
      const mark = random() % 256;
      bytes[MIB - 1] = mark;
      const there = near.with({ transfer: [bytes.buffer] });
      const back = await timed(tally, 'transfer of 1 MiB', () => there.req.bounce(bytes.buffer));
      equal([bytes.length, new Uint8Array(back)[MIB - 1]], [0, mark], 'the buffer');
    },
  },
  {
    name: 'stream',
    every: 200,
    run: async ({ far, tally }) => {
      const items = await timed(tally, 'stream', async () => {
        const read = [];
        for await (const item of far.stream.count(50)) read.push(item);
        return read;
      });
      equal(items, [...Array(50).keys()], 'the items of a stream');
    },
  },
  {
    name: 'stream that is left',
    every: 250,
    run: async ({ far, tally }) => {
      await timed(tally, 'stream that is left', async () => {
        for await (const item of far.stream.count(1000)) if (item === 5) break;
      });
    },
  },
  {
    name: 'callback',
    every: 200,
    run: async ({ far, tally, random }) => {
      const seed = random();
      const answers = await timed(tally, 'callback', () =>
        far.req.callBack(
          callback((n) => n + seed),
          10,
        ),
      );
      equal(
        answers,
        Array.from({ length: 10 }, (_, n) => n + seed),
        'answers of a callback',
      );
    },
  },
  {
    name: 'remote object',
    every: 250,
    run: async ({ near, tally }) => {
      const sum = await timed(tally, 'remote object', async () => {
        const counter = await near.req.makeCounter();
        const twice = await near.req.twice();
        await counter.req.add(1);
        const four = await counter.req.add(await twice(2));
        counter.close();
        twice.close();
        return four;
      });
      equal(sum, 5, 'the sum of a remote object');
    },
  },
];
