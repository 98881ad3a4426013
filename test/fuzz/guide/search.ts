/**
 * Plays stories until its time is over: new ones, and changes to those that made the library run
 * code, or run it as often, as no story before.
 */
import { Random } from '../../simulation/random.js';
import { play, type Player } from '../play.js';
import { roles } from '../roles/index.js';
import { changed, someStory } from '../stories/generate.js';
import { shrunk } from '../stories/shrink.js';
import type { Story } from '../stories/story.js';
import { patience } from '../victim/victim.js';
import { startCoverage } from './coverage.js';

export interface Finding {
  readonly story: Story;
  readonly problems: readonly string[];
}

export interface SearchOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Default all. */
  readonly roles?: readonly string[] | undefined;
  /** Stories to begin with. */
  readonly corpus?: readonly Story[];
  /** Calls `keep` with each story that is worth changing. */
  readonly keep?: (story: Story) => void;
  readonly isOwnScript?: (url: string) => boolean;
  /** The number of findings after which the search ends. */
  readonly most?: number;
  readonly player?: Player | undefined;
  /** Whether what is found is made small; default true. */
  readonly shrinks?: boolean;
}

export interface Searched {
  stories: number;
  messages: number;
  /** Seconds and stories of each role. */
  readonly byRole: Record<string, { stories: number; seconds: number }>;
  readonly findings: Finding[];
  /** Stories that failed, but not when they were repeated: the machine may have been too busy. */
  readonly once: Finding[];
}

/** A story that takes longer is not kept: others find out more in that time. */
const MAX_KEPT_MS = 150;

/** What makes two findings one: the words without their numbers. */
const kindOf = ({ role }: Story, problems: readonly string[]): string =>
  `${role} ${problems.map((each) => each.slice(0, 300).replace(/\d+/g, '')).join()}`;

export async function search(options: SearchOptions): Promise<Searched> {
  const {
    seed,
    seconds,
    keep = () => undefined,
    most = 5,
    player = play,
    shrinks = true,
  } = options;
  const names = options.roles ?? roles.map(({ name }) => name);
  const random = new Random(seed);
  const coverage = startCoverage(options.isOwnScript ?? (() => false));
  const corpus = (options.corpus ?? []).filter(({ role }) => names.includes(role));
  const waiting = [...corpus];
  const kinds = new Set<string>();
  const searched: Searched = { stories: 0, messages: 0, byRole: {}, findings: [], once: [] };
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end && searched.findings.length < most) {
    // What was kept is played once at first, so that only what is new counts as such.
    const again = waiting.pop();
    const story = again ?? next(random, corpus, names);
    const start = performance.now();
    const { problems, messages } = await player(story);
    const ms = performance.now() - start;
    const count = (searched.byRole[story.role] ??= { stories: 0, seconds: 0 });
    count.stories++;
    count.seconds += ms / 1000;
    searched.stories++;
    searched.messages += messages;
    if ((coverage?.news() ?? 0) > 0 && again === undefined && ms < MAX_KEPT_MS) {
      corpus.push(story);
      keep(story);
    }
    const kind = kindOf(story, problems);
    if (problems.length === 0 || kinds.has(kind)) continue;
    kinds.add(kind);
    if ((await player(story)).problems.length === 0) searched.once.push({ story, problems });
    else if (!shrinks) searched.findings.push({ story, problems });
    else searched.findings.push(await smallest(story, problems, player));
  }
  return searched;
}

function next(random: Random, corpus: readonly Story[], names: readonly string[]): Story {
  if (corpus.length === 0 || random.chance(0.4)) return someStory(random, names);
  const story = random.pick(corpus);
  const others = corpus.filter(({ role }) => role === story.role);
  return changed(random, story, random.pick(others));
}

async function smallest(
  story: Story,
  problems: readonly string[],
  player: Player,
): Promise<Finding> {
  const kind = kindOf(story, problems);
  let last = problems;
  const usual = { ...patience };
  // A small story takes less time, and one that hangs is played many times.
  Object.assign(patience, { settleMs: usual.settleMs / 8, leftMs: usual.leftMs / 4 });
  const small = await shrunk(story, async (candidate) => {
    const played = await player(candidate);
    const fails = kindOf(candidate, played.problems) === kind;
    if (fails) last = played.problems;
    return fails;
  });
  Object.assign(patience, usual);
  return { story: small, problems: last };
}
