/** Whether the cost of a story grows faster than what it sends. */
import type { Story } from '../stories/story.js';
import { cost, engineCost, type Cost } from './measure.js';

/** Twice the size may take this times as long. */
export const MAX_GROWTH = 2.5;
/** The library may take this times as long as the engine. */
const MAX_RATIO = 40;
/** Below these numbers of milliseconds and bytes, noise dominates. */
const MIN_MS = 6;
const MIN_BYTES = 2_000_000;
const SIZES = [1, 2, 4];
/** What takes longer at its first size is measured at smaller ones. */
const MAX_FIRST_MS = 25;

type Measure = 'work' | 'end' | 'kept';
const MEASURES: readonly Measure[] = ['work', 'end', 'kept'];
const LEAST: Record<Measure, number> = { work: MIN_MS, end: MIN_MS, kept: MIN_BYTES };

/** Cost per doubling, for an input that may grow by another factor. */
const growthOf = (before: Cost, after: Cost, measure: Measure): number =>
  (2 * (after[measure] / before[measure])) / Math.max(1, after.parts / before.parts);

/** What is wrong with the cost of the story, in words. */
export async function expensive(story: Story, rounds = 8): Promise<string[]> {
  const once = await cost(story, 1);
  const scale = Math.min(1, Math.sqrt(MAX_FIRST_MS / (once.work + once.end)));
  const best: Cost[] = [];
  let wrong: string[] = [];
  // Noise only adds, so that the least of some rounds shows what is true.
  for (let round = 0; round < rounds; round++) {
    for (const [at, size] of SIZES.entries()) {
      const next = await cost(story, size * scale, round < 2);
      const known = best[at];
      best[at] =
        known === undefined
          ? next
          : {
              ...known,
              work: Math.min(known.work, next.work),
              end: Math.min(known.end, next.end),
              kept: round < 2 ? Math.min(known.kept, next.kept) : known.kept,
            };
    }
    wrong = MEASURES.flatMap((measure) => {
      const [first, second, third] = best as [Cost, Cost, Cost];
      if (third[measure] < LEAST[measure]) return [];
      const growths = [growthOf(first, second, measure), growthOf(second, third, measure)];
      // The second one is that of the larger sizes, where constant parts matter less.
      return growths[1]! > MAX_GROWTH && growths[0]! * growths[1]! > MAX_GROWTH ** 2 * 0.8
        ? [
            `${measure} grows by ${growths.map((each) => each.toFixed(1)).join(' and ')}: ${best.map((each) => each[measure].toFixed(1)).join(', ')}`,
          ]
        : [];
    });
    if (round > 0 && wrong.length === 0) break;
  }
  const ratio = await ratioOf(story, best[2]!, 4 * scale);
  if (ratio > MAX_RATIO) wrong.push(`work is ${ratio.toFixed(0)} times what the engine takes`);
  return wrong;
}

async function ratioOf(story: Story, { work }: Cost, size: number): Promise<number> {
  // The work that the application begins is not the attacker's.
  const acts = story.steps.some(([verb, , times]) => verb === 'act' && times !== undefined);
  if (acts || work < 4 * MIN_MS) return 0;
  let engine = Infinity;
  for (let round = 0; round < 3; round++) engine = Math.min(engine, await engineCost(story, size));
  return work / engine;
}
