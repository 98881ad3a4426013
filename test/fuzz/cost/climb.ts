/** Searches for the stories that cost the most for what they send. */
import { Random } from '../../simulation/random.js';
import { roles } from '../roles/index.js';
import { changed } from '../stories/generate.js';
import { textOf, type Story } from '../stories/story.js';
import { firstFloods, someFlood } from './floods.js';
import { expensive } from './growth.js';
import { cost } from './measure.js';

interface Climber {
  readonly story: Story;
  /** Milliseconds for each part that was sent, and for a constant number of them. */
  readonly score: number;
  readonly ms: number;
}

export interface Climbed {
  stories: number;
  findings: { story: Story; problems: readonly string[] }[];
  /** The most expensive ones. */
  top: readonly Climber[];
}

const MOST = 30;
const FLOOR_PARTS = 1000;
/** A story that takes less time is not measured in three sizes and several rounds. */
const WORTH_MS = 1.5;

export async function climb(options: {
  seed: number;
  seconds: number;
  roles?: readonly string[] | undefined;
  corpus?: readonly Story[];
  most?: number;
}): Promise<Climbed> {
  const random = new Random(options.seed);
  const names = options.roles ?? roles.map(({ name }) => name);
  const end = performance.now() + 1000 * options.seconds;
  const waiting = [...(options.corpus ?? []), ...firstFloods].filter(({ role }) =>
    names.includes(role),
  );
  const climbed: Climbed = { stories: 0, findings: [], top: [] };
  const checked = new Set<string>();
  while (performance.now() < end && climbed.findings.length < (options.most ?? 5)) {
    const { top } = climbed;
    const story =
      waiting.pop() ??
      (top.length === 0 || random.chance(0.5)
        ? someFlood(random, names)
        : changed(random, random.pick(top).story, random.pick(top).story));
    climbed.stories++;
    const { work, end: ending, parts } = await cost(story, 1);
    const ms = work + ending;
    const score = ms / (FLOOR_PARTS + parts);
    const before = top.filter((each) => each.story.role === story.role);
    // A place for each role, and the best of all.
    if (score <= (before.at(-1)?.score ?? 0) && before.length >= MOST / names.length) continue;
    climbed.top = best([...top, { story, score, ms }], names);
    const kind = textOf(story).replace(/\d+/g, '');
    if (ms < WORTH_MS || checked.has(kind)) continue;
    checked.add(kind);
    // Twice: what this process did before, and what else runs, may cost more than the story.
    if ((await expensive(story)).length === 0) continue;
    const problems = await expensive(story, 12);
    if (problems.length > 0) climbed.findings.push({ story, problems });
  }
  return climbed;
}

function best(all: Climber[], names: readonly string[]): Climber[] {
  const each = Math.max(3, Math.ceil(MOST / names.length));
  const sorted = [...all].sort((a, b) => b.score - a.score);
  return names.flatMap((name) => sorted.filter(({ story }) => story.role === name).slice(0, each));
}
