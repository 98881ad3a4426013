// How long each role was fuzzed, and where, in all runs with the same corpus.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Adds `{ [role]: { stories, seconds } }` to the totals; `place` is what comes before the role. */
export function addTotals(folder, byRole, place) {
  const file = path.join(folder, 'totals.json');
  const all = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  for (const [role, { stories, seconds }] of Object.entries(byRole)) {
    const total = (all[place + role] ??= { stories: 0, seconds: 0 });
    total.stories += stories;
    total.seconds += seconds;
  }
  writeFileSync(file, JSON.stringify(all, undefined, 2));
}
