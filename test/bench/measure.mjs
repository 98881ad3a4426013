/**
 * @typedef {import('./scenarios.mjs').Scenario} Scenario
 * @typedef {import('./spawn.mjs').Caller} Caller
 * @typedef {{
 *   rounds: number, launches: number, warmUp: number, sample: number, apart?: boolean
 * }} Effort
 * rounds: pairs of samples in all; launches: number of new pairs of workers, because one pair can
 * be faster than another for its whole life; warmUp, sample: milliseconds; apart: one pair at a
 * time
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
export async function timed(scenario, caller, count) {
  const start = performance.now();
  await scenario.run(caller, count);
  return (performance.now() - start) / count;
}

/** Runs until the engine has optimised; returns the number of messages of one sample. */
export async function warmUp(scenario, caller, effort) {
  const end = performance.now() + effort.warmUp;
  const { least = 10 } = scenario;
  let count = least;
  for (;;) {
    const each = await timed(scenario, caller, count);
    count = Math.max(least, Math.ceil(effort.sample / each));
    if (performance.now() > end) return count;
  }
}

/** Which of the two comes first in the pair of that number. */
export const inTurn = (at) => (at % 2 === 0 ? ['raw', 'contender'] : ['contender', 'raw']);

/** Both are running, and their samples alternate. */
async function together(scenario, raw, contender, effort, rounds) {
  const times = { raw: [], contender: [] };
  const callers = { raw: await raw.open(scenario.mode), contender: undefined };
  callers.contender = await contender.open(scenario.mode);
  try {
    if (!scenario.fits(callers.contender)) return undefined;
    const counts = {
      raw: await warmUp(scenario, callers.raw, effort),
      contender: await warmUp(scenario, callers.contender, effort),
    };
    for (let round = 0; round < rounds; round++) {
      for (const who of inTurn(round)) {
        times[who].push(1000 * (await timed(scenario, callers[who], counts[who])));
      }
    }
  } finally {
    await Promise.all([callers.raw.close(), callers.contender.close()]);
  }
  return times;
}

/**
 * Only one is running at a time. On two cores the first thread may stay on the core of its peer,
 * while the second has to wake another core for each message, which takes about five times as
 * long and is not a property of the contender.
 */
async function apart(scenario, raw, contender, effort, rounds, launch) {
  const times = { raw: [], contender: [] };
  for (const who of inTurn(launch)) {
    const caller = await (who === 'raw' ? raw : contender).open(scenario.mode);
    try {
      if (!scenario.fits(caller)) return undefined;
      const count = await warmUp(scenario, caller, effort);
      for (let round = 0; round < rounds; round++) {
        times[who].push(1000 * (await timed(scenario, caller, count)));
      }
    } finally {
      await caller.close();
    }
  }
  return times;
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
  const rounds = effort.rounds / effort.launches;
  for (let launch = 0; launch < effort.launches; launch++) {
    const samples = effort.apart ? apart : together;
    const taken = await samples(scenario, raw, contender, effort, rounds, launch);
    if (taken === undefined) return undefined;
    times.raw.push(...taken.raw);
    times.contender.push(...taken.contender);
  }
  return result(scenario, contender.name, times);
}

/** What the samples of both come to. @returns {Result} */
export function result({ name, measure, bound }, contender, times) {
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
