import { timed } from '../expect.mjs';
import { calls } from './calls.mjs';
import { moves } from './moves.mjs';
import { values } from './values.mjs';
import { visiting } from './visits.mjs';

/** The load of the machine and the noise of the engine, measured without this package. */
const yardstick = {
  name: 'plain port',
  every: 20,
  run: ({ plainEcho, tally }) => timed(tally, 'plain port', plainEcho),
};

/**
 * `every`: milliseconds from the begin of one to the begin of the next, if it has ended by then.
 */
export const operations = [yardstick, ...calls, ...values, ...moves, ...visiting];
