/**
 * Runs cases one at a time, in any environment with timers. A test runner can use `runCase` alone.
 */
import { Broken } from './assertions.js';
import { endCase } from './keep-until-end.js';
import { setLane } from './lane-of-rig.js';
import type { Rig } from './rig.js';
import type { Case } from './suite-dsl.js';

/** Milliseconds. Only a case that hangs takes this long; it is no measure of speed. */
const LONGEST = 20_000;

export interface Outcome {
  readonly rig: string;
  readonly test: Case;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** The missing capabilities because of which it was skipped. */
  readonly lacks: readonly string[];
  /** Milliseconds that it took. */
  readonly ms: number;
  readonly error?: unknown;
}

/** The capabilities that the case needs and the rig lacks. */
export const missing = (test: Case, rig: Rig): string[] =>
  test.needs.filter((capability) => !rig.has(capability));

/** Whether the case asks its rig for anything. */
export const usesRig = ({ run }: Case): boolean => run.length > 0;

/** Whether the case is the same in each rig, so that one of them is enough. */
export const isSameEverywhere = (test: Case): boolean => !usesRig(test) && test.needs.length === 0;

/** Themes of the layers above the core that depend on how threads start, end and are reached. */
const ABOUT_THREADS = /: (threads|scripts|restarts|registry groups|endpoints)$/;

/** Themes about how values are cloned, and those of the layers above the core. */
const OVER_ANY_THREAD = /^(errors|values that cannot be cloned|(actors|comlink): .*)$/;

/**
 * Whether the case tests code that is the same over every kind of thread, so that one kind in each
 * engine is enough.
 */
export const isOverAnyThread = ({ theme }: Case): boolean =>
  OVER_ANY_THREAD.test(theme) && !ABOUT_THREADS.test(theme);

/**
 * Themes in which the way that a message takes can matter: what arrives, in which order, under
 * which capacity, over which port, and what settles when an end closes or dies. The layers above
 * the core see no transport, and actors offer no lanes.
 */
export const THEMES_OVER_LANES: readonly string[] = [
  'requests and posts',
  'errors',
  'values that cannot be cloned',
  'transferables',
  'messages nested too deeply to be read',
  'abort, timeout, dispose',
  'the mailbox',
  'the sender of a message',
  'bounded mailboxes',
  'messages that are held back at the sender',
  'clones, weak clients, post-only clients',
  'closing',
  'connections that fail',
  'clients that reconnect',
  'moved contexts',
  'transferred clients',
  'migrating servers',
  'migrating servers: endings',
  'lanes',
  'lanes of moved handles',
  'threads that die',
  'onDropped gets undelivered messages',
  'peers that do not speak the protocol',
  'blocking and async calls, in any permutation',
  'calls that block',
  'deaths are noticed while a thread blocks',
];

/** Whether the rig runs the case: all of them without a lane. */
export const isRunIn = ({ theme }: Case, { lane }: Rig): boolean =>
  lane === undefined || THEMES_OVER_LANES.includes(theme);

/** Rejects if the case fails or hangs. Ends all threads of the rig in any case. */
export async function runCase(test: Case, rig: Rig): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watchdog = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Broken(`this case hangs: ${test.theme}: ${test.sentence}`));
    }, LONGEST);
  });
  setLane(rig.lane);
  try {
    await Promise.race([test.run(rig), watchdog]);
  } finally {
    clearTimeout(timer);
    setLane(undefined);
    await rig.dispose();
    endCase();
  }
}

export async function runAll(
  cases: readonly Case[],
  makeRig: () => Rig,
  report: (outcome: Outcome) => void,
): Promise<void> {
  for (const test of cases) {
    const rig = makeRig();
    if (!isRunIn(test, rig)) continue;
    const lacks = missing(test, rig);
    if (lacks.length > 0) {
      report({ rig: rig.name, test, state: 'skipped', lacks, ms: 0 });
      continue;
    }
    const started = performance.now();
    const time = (): number => Math.round(performance.now() - started);
    try {
      await runCase(test, rig);
      report({ rig: rig.name, test, state: 'passed', lacks, ms: time() });
    } catch (error) {
      report({ rig: rig.name, test, state: 'failed', lacks, ms: time(), error });
    }
  }
}
