/** Random runs over real worker threads, some of which are killed. Prints the seed of a failure. */
import { afterAll, test } from '@jest/globals';
import fc from 'fast-check';
import { Agents } from './agents.js';
import { AGENTS, PLANS, ThreadRun, type Step } from './thread-run.js';

const TIMEOUT_MS = 240_000;

const agents = new Agents();
afterAll(() => agents.end());

const stream = fc.nat(2);
const to = fc.nat(AGENTS - 1);
const steps = (deaths: boolean): fc.Arbitrary<Step[]> => {
  const ask = fc.record({
    action: fc.constant('ask' as const),
    stream,
    plan: fc.constantFrom(...PLANS),
    to,
  });
  const small = fc.record({ action: fc.constantFrom('post' as const, 'abort' as const), stream });
  const give = fc.record({ action: fc.constant('give client' as const), stream, to });
  const move = fc.record({ action: fc.constant('move server' as const), to });
  const kill = fc.record({ action: fc.constant('kill' as const), to });
  const step = fc.oneof(
    { weight: 12, arbitrary: ask },
    { weight: 5, arbitrary: small },
    { weight: 2, arbitrary: give },
    { weight: 2, arbitrary: move },
    { weight: deaths ? 1 : 0, arbitrary: kill },
  );
  return fc.array(step, { maxLength: 40, size: 'max' });
};

test.each([
  ['all threads live', false, 50],
  ['some threads are killed', true, 60],
])(
  '%s',
  async (_name, deaths, numRuns) => {
    const seed = process.env['FC_SEED'];
    const property = fc.asyncProperty(steps(deaths), async (acts) => {
      const run = new ThreadRun(agents);
      for (const act of acts) await run.act(act);
      const wrong = await run.end();
      if (wrong.length > 0) throw new Error(wrong.join('\n'));
    });
    await fc.assert(property, {
      numRuns,
      includeErrorInReport: true,
      // Real threads never repeat a run exactly, so shrinking would find another failure.
      endOnFailure: true,
      ...(seed !== undefined && { seed: Number(seed) }),
    });
  },
  TIMEOUT_MS,
);
