/**
 * Random walks in one thread, over a network that a seed controls. Every call must settle once,
 * with an outcome that its history allows; no message arrives twice or out of order, no port stays
 * open. A failure prints its seed and the shortest walk: `FC_SEED=… npm run test:unit --
 * test/model` repeats it, `FC_TIMES=20 …` makes 20 times as many runs.
 */
import { test } from '@jest/globals';
import fc from 'fast-check';
import { channel } from 'ump-ng';
import { checkInvariants } from '../wire/support/invariants.js';
import { Network } from './network.js';
import { runWalk, walks, type Walk } from './random-walk.js';
import { Simulation } from './simulation.js';

const TIMES = Number(process.env['FC_TIMES'] ?? 1);
const TIMEOUT_MS = 240_000 * TIMES;

checkInvariants();

// The first channel chooses the driver by the class of the ports: it must find Node's own.
const { server, client } = channel();
client.close();
server.close();

async function holds(walk: Walk, capacity: number | undefined): Promise<void> {
  const network = new Network();
  network.install();
  try {
    const simulation = new Simulation(network, { capacity });
    await runWalk(walk, simulation, network);
    await simulation.finish();
    const { violations } = simulation.ledger;
    if (violations.length > 0) throw new Error(violations.join('\n'));
  } finally {
    network.uninstall();
  }
}

test.each([
  ['whole connections', { cuts: false, length: 60, numRuns: 2000 }],
  ['connections that break', { cuts: true, length: 60, numRuns: 2000 }],
  ['long walks', { cuts: false, length: 300, numRuns: 150 }],
  ['long walks over connections that break', { cuts: true, length: 300, numRuns: 150 }],
])(
  '%s',
  async (_name, { numRuns, ...options }) => {
    const capacity = fc.constantFrom(undefined, undefined, 1, 3);
    const property = fc.asyncProperty(walks(options), capacity, holds);
    const seed = process.env['FC_SEED'];
    await fc.assert(property, {
      numRuns: numRuns * TIMES,
      includeErrorInReport: true,
      ...(seed !== undefined && { seed: Number(seed) }),
    });
  },
  TIMEOUT_MS,
);
