/** Random plays over real worker threads, which are killed as deaths. Prints the seed of a failure. */
import { afterAll, test } from '@jest/globals';
import fc from 'fast-check';
import { Agents } from './agents.js';
import { AGENTS, PLANS, Play, type Scene } from './thread-run.js';

const PATIENCE = 240_000;

const agents = new Agents();
afterAll(() => agents.end());

const stream = fc.nat(2);
const to = fc.nat(AGENTS - 1);
const scenes = (deaths: boolean): fc.Arbitrary<Scene[]> => {
  const ask = fc.record({
    deed: fc.constant('ask' as const),
    stream,
    plan: fc.constantFrom(...PLANS),
    to,
  });
  const small = fc.record({ deed: fc.constantFrom('post' as const, 'abort' as const), stream });
  const give = fc.record({ deed: fc.constant('give client' as const), stream, to });
  const move = fc.record({ deed: fc.constant('move server' as const), to });
  const kill = fc.record({ deed: fc.constant('kill' as const), to });
  const scene = fc.oneof(
    { weight: 12, arbitrary: ask },
    { weight: 5, arbitrary: small },
    { weight: 2, arbitrary: give },
    { weight: 2, arbitrary: move },
    { weight: deaths ? 1 : 0, arbitrary: kill },
  );
  return fc.array(scene, { maxLength: 40, size: 'max' });
};

test.each([
  ['all live', false, 50],
  ['some are killed', true, 60],
])(
  '%s',
  async (_name, deaths, numRuns) => {
    const seed = process.env['FC_SEED'];
    const property = fc.asyncProperty(scenes(deaths), async (acts) => {
      const play = new Play(agents);
      for (const act of acts) await play.act(act);
      const wrong = await play.end();
      if (wrong.length > 0) throw new Error(wrong.join('\n'));
    });
    await fc.assert(property, {
      numRuns,
      includeErrorInReport: true,
      // Real threads never play the same play twice: shrinking would look for another failure.
      endOnFailure: true,
      ...(seed !== undefined && { seed: Number(seed) }),
    });
  },
  PATIENCE,
);
