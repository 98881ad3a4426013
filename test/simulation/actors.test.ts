/** Scenarios of actors, pools and supervisors in which nothing goes wrong. */
import { expect, test } from '@jest/globals';
import { simulate } from './simulate.js';

test.each([
  [1, 10],
  // In 20 a thread ends in order, and values of progress are lost with it.
  [20, 1],
  // In 82 the answers that a broadcast ignores hold an object; in 88 the workers of such a pool are
  // renewed, because of calls that have waited for them.
  [82, 1],
  [88, 1],
  [2024, 10],
])('from seed %i on', async (seed, scenarios) => {
  const told = await simulate('actors', seed, scenarios);
  expect(told).toContain(`${scenarios} scenarios`);
  expect(told).toContain('nothing was wrong');
  // A seed decides everything.
  expect(await simulate('actors', seed, scenarios)).toBe(told);
});

/** Seeds that have failed once, and what was wrong. */
const REGRESSIONS: Record<string, readonly number[]> = {
  'a heartbeat was missed on one of the two connections of a thread only, and it lived on': [1706],
  'a restarted child took calls before those that its stopped actor had not taken': [200794],
  'calls to all workers waited at a worker that was renewed and had stopped': [731000924],
  'the checks did not know that a supervisor reports the error of a stop': [
    178, 1012, 2170, 2708, 3356, 201188,
  ],
  'the checks did not know that values are lost with a thread that ends': [748, 3647],
  'the checks did not know that the caller of a stream that has failed may have left': [676],
  'the checks did not know which of two executions came first': [1396, 200957],
  'the checks took the fault of a thread that had ended for its end': [3429],
  'the checks did not know that a thread with `shutdown: 0` returns nothing': [
    731000578, 731002163, 196583700,
  ],
  'the checks did not know that an actor that was given up may go on': [196584198],
  'the checks took calls of a remote object for a part of the call that returned it': [
    555011231, 812000851,
  ],
  'the checks expected an actor of this thread to give up its name': [731000480, 731003799],
};

test('seeds that have failed once', async () => {
  const seeds = Object.values(REGRESSIONS).flat();
  const told = await simulate('actors', seeds[0]!, seeds.length, { seeds: seeds.join() });
  expect(told).toContain(`${seeds.length} scenarios`);
  expect(told).toContain('nothing was wrong');
});
