/** Scenarios of actors, pools and supervisors in which nothing goes wrong. */
import { expect, test } from '@jest/globals';
import { simulate } from './simulate.js';

test.each([
  [1, 20],
  // Workers of a pool that sends each call to all are renewed, though the calls have waited for
  // them; and what the answers that come too late hold is let go of.
  [76, 1],
  [82, 1],
  // A temporary child ends while its supervisor stops it, to restart others.
  [45, 1],
  // A thread ends in order, and values of progress are lost with it.
  [29, 1],
  // A call with progress is aborted when its reply has arrived, and its progress has not.
  [516, 1],
  [2024, 20],
])('from seed %i on', async (seed, scenarios) => {
  const told = await simulate('actors', seed, scenarios);
  expect(told).toContain(`${scenarios} scenarios`);
  expect(told).toContain('nothing was wrong');
  // A seed decides everything.
  expect(await simulate('actors', seed, scenarios)).toBe(told);
});
