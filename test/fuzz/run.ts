/** `npm run fuzz` in Node: searches, and reports what was found. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { climb } from './cost/climb.js';
import { expensive } from './cost/growth.js';
import { search } from './guide/search.js';
import { play, playerOf, type Player } from './play.js';
import { textOf, type Story } from './stories/story.js';
import { addTotals } from './totals.mjs';
import { VictimThread } from './worker-victim.js';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '20' },
    minutes: { type: 'string' },
    role: { type: 'string', multiple: true },
    corpus: { type: 'string' },
    story: { type: 'string' },
    /** The victims are in a thread of their own. */
    worker: { type: 'boolean', default: false },
    /** Searches for what is expensive, instead of for what is wrong. */
    cost: { type: 'boolean', default: false },
    regressions: { type: 'string' },
    'no-shrink': { type: 'boolean', default: false },
    /** Read by main.mjs. */
    break: { type: 'string' },
    findings: { type: 'string', default: '5' },
  },
});

const linesOf = (file: string): Story[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Story)
    : [];

async function main(): Promise<number> {
  const thread = options.worker
    ? new VictimThread(new URL('worker.mjs', import.meta.url))
    : undefined;
  const player = thread === undefined ? play : playerOf((role) => thread.victim(role));
  if (options.story !== undefined) {
    const story = JSON.parse(options.story) as Story;
    const problems = options.cost ? await expensive(story) : (await player(story)).problems;
    console.log(problems.length === 0 ? 'nothing was wrong' : problems.join('\n'));
    return problems.length;
  }
  if (options.regressions !== undefined) return playAgain(options.regressions, player);
  const folder = options.corpus;
  const file = folder === undefined ? undefined : path.join(folder, 'stories.jsonl');
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const minutes = options.minutes;
  const duration = minutes === undefined ? Number(options.seconds) : 60 * Number(minutes);
  if (options.cost) return climbAndReport(duration, folder);
  const { stories, messages, byRole, findings, once } = await search({
    seed: Number(options.seed),
    seconds: duration,
    roles: options.role,
    corpus: file === undefined ? [] : linesOf(file),
    keep: (story) => {
      if (file !== undefined) appendFileSync(file, `${textOf(story)}\n`);
    },
    player,
    shrinks: !options['no-shrink'],
    isOwnScript: (url) => url === import.meta.url,
    most: Number(options.findings),
  });
  if (folder !== undefined) addTotals(folder, byRole, options.worker ? 'worker, ' : '');
  for (const [role, { stories: count, seconds }] of Object.entries(byRole)) {
    console.log(`${role}: ${count} stories in ${seconds.toFixed(1)} s`);
  }
  if (once.length > 0) console.log(`${once.length} stories failed once, and not when repeated`);
  for (const { story, problems } of findings) {
    console.log(`\n${problems.join('\n')}\n  --story '${textOf(story)}'`);
  }
  const result = findings.length === 0 ? 'nothing was wrong' : `${findings.length} findings`;
  console.log(`\nseed ${options.seed}: ${stories} stories, ${messages} messages: ${result}`);
  return findings.length;
}

/** Plays the stories that have once failed: a file with their names. */
async function playAgain(file: string, player: Player): Promise<number> {
  let failed = 0;
  const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Story>;
  for (const [name, story] of Object.entries(all)) {
    const { problems } = await player(story);
    if (problems.length > 0) console.log(`${name}: ${problems.join('; ')}`);
    failed += problems.length;
  }
  console.log(`${Object.keys(all).length} stories: ${failed} problems`);
  return failed;
}

/** What is most expensive is kept, and is where the next search begins. */
async function climbAndReport(seconds: number, folder: string | undefined): Promise<number> {
  const file = folder === undefined ? undefined : path.join(folder, 'expensive.jsonl');
  const { stories, findings, top } = await climb({
    seed: Number(options.seed),
    seconds,
    roles: options.role,
    corpus: file === undefined ? [] : linesOf(file),
    most: Number(options.findings),
  });
  if (file !== undefined)
    writeFileSync(file, top.map(({ story }) => `${textOf(story)}\n`).join(''));
  const worst = [...top].sort((a, b) => b.ms - a.ms);
  for (const { story, ms } of worst.slice(0, 5))
    console.log(`${ms.toFixed(1)} ms  ${textOf(story)}`);
  for (const { story, problems } of findings) {
    console.log(`\n${problems.join('\n')}\n  --cost --story '${textOf(story)}'`);
  }
  const result =
    findings.length === 0 ? 'nothing was too expensive' : `${findings.length} findings`;
  console.log(`\nseed ${options.seed}: ${stories} stories: ${result}`);
  return findings.length;
}

// The victims of stories may still wait for something.
main().then(
  (failures) => process.exit(failures === 0 ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
