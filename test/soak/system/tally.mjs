// Counts what happened in an interval, and how long it took. Anything that was not expected is kept
// as a failure.
import { quantile } from '../trend.mjs';

/** More would only repeat the first ones. */
const MAX_FAILURES = 20;

export class Tally {
  #kinds = new Map();
  #failures = [];

  #kind(name) {
    let kind = this.#kinds.get(name);
    if (kind === undefined) this.#kinds.set(name, (kind = { times: [], outcomes: {} }));
    return kind;
  }

  /** `ms`: how long it took; undefined where the time is not that of the package. */
  count(name, outcome, ms) {
    const { outcomes, times } = this.#kind(name);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (ms !== undefined) times.push(ms);
  }

  fail(name, error) {
    const text = `${name}: ${error?.stack ?? error}`;
    const cause = error?.cause === undefined ? '' : `, cause: ${error.cause?.stack ?? error.cause}`;
    if (this.#failures.length < MAX_FAILURES) this.#failures.push(text + cause);
  }

  /** What was counted since the last call. */
  take() {
    const kinds = {};
    for (const [name, { times, outcomes }] of this.#kinds) {
      const sorted = times.sort((a, b) => a - b);
      const ms = {};
      if (sorted.length > 0) {
        for (const share of [0.5, 0.9, 0.99]) ms[`p${100 * share}`] = quantile(sorted, share);
        ms.max = sorted.at(-1);
      }
      kinds[name] = { outcomes, timed: sorted.length, ms };
    }
    const failures = this.#failures;
    this.#kinds = new Map();
    this.#failures = [];
    return { kinds, failures };
  }
}
