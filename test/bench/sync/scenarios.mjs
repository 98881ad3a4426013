import { check, medium, small } from '../scenarios.mjs';

/** @typedef {import('./spawn.mjs').BlockingCaller} BlockingCaller */

const calls =
  (message) =>
  (/** @type {BlockingCaller} */ { call }, count) => {
    for (let n = 0; n < count; n++) {
      const sent = message(n);
      check(call(sent), sent);
    }
  };

/**
 * One call after another: the time that one caller waits. `bounded`: the promise of the project is
 * about it.
 */
export const scenarios = [
  { name: 'small', bounded: true, measure: 'time', run: calls(small) },
  { name: '2 KB object', measure: 'time', run: calls(medium) },
];
