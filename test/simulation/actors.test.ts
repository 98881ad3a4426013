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
