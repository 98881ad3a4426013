/**
 * Random walks in one thread over a network that a seed controls. Every call must settle, once, with
 * an outcome that its history allows; no message twice, none out of order, no port left open.
 * A failure prints its seed and the shortest walk found: `FC_SEED=… npm run test:unit -- test/model`
 * walks it again, `FC_TIMES=20 …` looks longer.
 */
import { test } from '@jest/globals';
import fc from 'fast-check';
import { channel } from 'ump-ng';
import { guard } from '../wire/guard.js';
import { Network } from './network.js';
import { go, walks, type Walk } from './walk.js';
import { World } from './world.js';

const TIMES = Number(process.env['FC_TIMES'] ?? 1);
const PATIENCE = 240_000 * TIMES;

guard();

// The first channel chooses the driver by the class of the ports: it must find Node's own.
const { server, client } = channel();
client.close();
server.close();

async function holds(walk: Walk, capacity: number | undefined): Promise<void> {
  const network = new Network();
  network.install();
  try {
    const world = new World(network, { capacity });
    await go(walk, world, network);
    await world.finish();
    const { violations } = world.ledger;
    if (violations.length > 0) throw new Error(violations.join('\n'));
  } finally {
    network.uninstall();
  }
}

test.each([
  ['whole lines', { cuts: false, length: 60, numRuns: 2000 }],
  ['lines that break', { cuts: true, length: 60, numRuns: 2000 }],
  ['long walks', { cuts: false, length: 300, numRuns: 150 }],
  ['long walks over lines that break', { cuts: true, length: 300, numRuns: 150 }],
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
  PATIENCE,
);
