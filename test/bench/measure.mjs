/**
 * @typedef {import('./scenarios.mjs').Scenario} Scenario
 * @typedef {import('./spawn.mjs').Caller} Caller
 * @typedef {{ rounds: number, launches: number, warmUp: number, sample: number }} Effort
 * rounds: pairs of samples in all; launches: with so many fresh pairs of workers, as one pair may be
 * luckier than another for its whole life; warmUp, sample: milliseconds
 *
 * @typedef {{ low: number, median: number, high: number }} Quartiles
 * @typedef {{
 *   scenario: string,
 *   contender: string,
 *   measure: 'time' | 'throughput',
 *   bound?: number,
 *   microseconds: { raw: Quartiles, contender: Quartiles },
 *   ratioOfMedians: number,
 *   pairedRatios: Quartiles,
 * }} Result
 */

/** @returns {Quartiles} */
function quartiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const above = sorted[Math.min(below + 1, sorted.length - 1)];
    return sorted[below] + (above - sorted[below]) * (place - below);
  };
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}

/** Milliseconds per message. */
async function timed(scenario, caller, count) {
  const start = performance.now();
  await scenario.run(caller, count);
  return (performance.now() - start) / count;
}

/** Runs until the engine had its time to optimise; returns how many messages fill one sample. */
async function warmUp(scenario, caller, effort) {
  const end = performance.now() + effort.warmUp;
  const { least = 10 } = scenario;
  let count = least;
  for (;;) {
    const each = await timed(scenario, caller, count);
    count = Math.max(least, Math.ceil(effort.sample / each));
    if (performance.now() > end) return count;
  }
}

/**
 * Pairs of samples, A B, B A, A B …, each of about the same length: whatever else the machine does
 * meanwhile hits both of a pair alike.
 *
 * @param {Scenario} scenario
 * @param {{ name: string, open: (mode: string) => Promise<Caller> }} raw
 * @param {{ name: string, open: (mode: string) => Promise<Caller> }} contender
 * @param {Effort} effort
 * @returns {Promise<Result | undefined>} undefined where the contender cannot do that
 */
export async function compare(scenario, raw, contender, effort) {
  const times = { raw: [], contender: [] };
  for (let launch = 0; launch < effort.launches; launch++) {
    const callers = { raw: await raw.open(scenario.mode), contender: undefined };
    callers.contender = await contender.open(scenario.mode);
    try {
      if (!scenario.fits(callers.contender)) return undefined;
      const counts = {
        raw: await warmUp(scenario, callers.raw, effort),
        contender: await warmUp(scenario, callers.contender, effort),
      };
      for (let round = 0; round < effort.rounds / effort.launches; round++) {
        const order = round % 2 === 0 ? ['raw', 'contender'] : ['contender', 'raw'];
        for (const who of order) {
          times[who].push(1000 * (await timed(scenario, callers[who], counts[who])));
        }
      }
    } finally {
      await Promise.all([callers.raw.close(), callers.contender.close()]);
    }
  }
  return result(scenario, contender.name, times);
}

function result({ name, measure, bound }, contender, times) {
  // As the bound puts it: how many times the time of raw, or how many times its throughput.
  const ratio = measure === 'time' ? (mine, raws) => mine / raws : (mine, raws) => raws / mine;
  const microseconds = { raw: quartiles(times.raw), contender: quartiles(times.contender) };
  return {
    scenario: name,
    contender,
    measure,
    bound,
    microseconds,
    ratioOfMedians: ratio(microseconds.contender.median, microseconds.raw.median),
    pairedRatios: quartiles(times.contender.map((mine, at) => ratio(mine, times.raw[at]))),
  };
}
