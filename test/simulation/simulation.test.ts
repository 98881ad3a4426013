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
  // A worker that has sent its id closes itself, and another server listens to it.
  ['delays', 572, 1],
  // A server moves on after a host that had not got its lock yet.
  ['delays', 16125, 1],
  // A context is sent, in a frame of another origin, to a worker that has not loaded.
  ['documents', 12572, 1],
  // A frame navigates while a client connects to it.
  ['documents', 2527, 1],
  // Pages that go into the cache, and come back, with a port on its way.
  ['documents', 9761, 1],
  ['documents', 10787, 1],
  ['documents', 17859, 1],
  ['documents', 77747, 1],
  // A port that a worker posts right before it is terminated, unseen by the package.
  ['workers', 8161, 1],
  ['workers', 21446, 1],
])('%s from seed %i on', async (setting, seed, scenarios) => {
  const told = await simulate('clients', seed, scenarios, { setting });
  expect(told).toContain(`${scenarios} scenarios`);
  expect(told).toContain('nothing was wrong');
  // A seed decides everything.
  expect(await simulate('clients', seed, scenarios, { setting })).toBe(told);
});
