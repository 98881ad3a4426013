/**
 * Scenarios in which nothing goes wrong; `npm run simulate` tries others. The comments say what a
 * seed has found: what happens in it changes with the workload.
 */
import { expect, test } from '@jest/globals';
import { simulate } from './simulate.js';

test.each([
  // A worker is terminated that does not hold its lock yet, while another agent has a client or a
  // server of it.
  ['workers', 1, 80],
  // The same with a server that has moved.
  ['workers', 458, 1],
  // A clone of a clone is made before their worker has spoken, which then is terminated.
  ['workers', 706, 1],
  // Clones of a client that was moved, whose worker is terminated before it has taken them up.
  ['workers', 1363, 1],
  ['workers', 2024, 1],
  ['threads', 1, 20],
  ['calm', 1, 9],
  ['delays', 1, 20],
  ['documents', 1, 9],
  // A frame has more fields than its kind, and a number where others name their own ports.
  ['hostile', 131, 1],
  ['hostile', 238, 1],
])('%s from seed %i on', async (setting, seed, scenarios) => {
  const told = await simulate('clients', seed, scenarios, { setting });
  expect(told).toContain(`${scenarios} scenarios`);
  expect(told).toContain('nothing was wrong');
  // A seed decides everything.
  expect(await simulate('clients', seed, scenarios, { setting })).toBe(told);
});
