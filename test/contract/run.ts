/** Runs cases, one at a time, on whatever has timers. A runner may call `runCase` itself. */
import { Broken } from './assert.js';
import { forget } from './kept.js';
import type { Rig } from './rig.js';
import type { Case } from './theme.js';

/** No measure of speed: only what hangs takes so long. */
const LONGEST = 20_000;

export interface Outcome {
  readonly rig: string;
  readonly test: Case;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped. */
  readonly lacks: readonly string[];
  readonly error?: unknown;
}

/** What this case needs and the rig lacks. */
export const missing = (test: Case, rig: Rig): string[] =>
  test.needs.filter((capability) => !rig.has(capability));

/** Rejects if the case fails or hangs; ends all that the rig lent, either way. */
export async function runCase(test: Case, rig: Rig): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watchdog = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Broken(`this case hangs: ${test.theme}: ${test.sentence}`));
    }, LONGEST);
  });
  try {
    await Promise.race([test.run(rig), watchdog]);
  } finally {
    clearTimeout(timer);
    await rig.dispose();
    forget();
  }
}

export async function runAll(
  cases: readonly Case[],
  makeRig: () => Rig,
  tell: (outcome: Outcome) => void,
): Promise<void> {
  for (const test of cases) {
    const rig = makeRig();
    const lacks = missing(test, rig);
    if (lacks.length > 0) {
      tell({ rig: rig.name, test, state: 'skipped', lacks });
      continue;
    }
    try {
      await runCase(test, rig);
      tell({ rig: rig.name, test, state: 'passed', lacks });
    } catch (error) {
      tell({ rig: rig.name, test, state: 'failed', lacks, error });
    }
  }
}
