/** Comparisons in which each contender has a process of its own. */
import { execFile } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inTurn, result } from './measure.mjs';

/** @typedef {import('./measure.mjs').Result} Result */

const EFFORT = { warmUp: 400, sample: 15 };
/** Pairs of samples for each pair of processes. */
const ROUNDS = 3;

/** The output of another program of this folder. */
export async function run(program, order = {}) {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [path, JSON.stringify(order)]);
  return JSON.parse(stdout);
}

/**
 * Pairs of processes, A B, B A, A B …, only one there at a time. `yardstick` and `contender` are
 * parts of an order to samples.mjs: `contender`, the name of the file, and `options` for it.
 *
 * @returns {Promise<Result>}
 */
export async function compare({ folder, scenario, label, bound, yardstick, contender, launches }) {
  const times = { raw: [], contender: [] };
  const order = { folder, scenario: scenario.name, effort: EFFORT, rounds: ROUNDS };
  for (let launch = 0; launch < launches; launch++) {
    for (const who of inTurn(launch)) {
      const which = who === 'raw' ? yardstick : contender;
      times[who].push(...(await run('samples.mjs', { ...order, ...which })));
    }
  }
  return result({ ...scenario, bound }, label, times);
}

export const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() };

export const headline = (launches) =>
  `Node ${process.version}, ${machine.cores} × ${machine.cpu}; ${ROUNDS * launches} pairs, in ${launches} processes each\n`;

export function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
