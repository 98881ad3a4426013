/** Whether the events of a pool are those that its options promise. */
import type { PoolOptions, SupervisorEvent } from './library.js';
import { RestartWindow } from './restart-window.js';

/** How often a pool tries to start its first worker in one place. */
const FIRST_TRIES = 3;
/** If a worker has run for this time, its next failure counts as the first one. */
const STABLE_MS = 5000;
/** Without `backoff`. */
const SECOND_MS = 50;
const MAX_MS = 5000;

/** One place of a pool. */
interface Place {
  /** Failures that have followed one another; undefined: not known. */
  failures: number | undefined;
  /** How often a worker has ended here. */
  ends: number;
  readyAt: number | undefined;
  /** It failed last. */
  hasFailed: boolean;
  /** It is started then. */
  restartAt: number;
}

export class PoolAudit {
  readonly #backoff: PoolOptions['backoff'];
  readonly #window: RestartWindow | undefined;
  readonly #hasKills: boolean;
  readonly #now: () => number;
  readonly #places = new Map<string, Place>();
  /** Any worker has ever started. */
  #hasStarted = false;
  hasGivenUp = false;
  /** A worker has failed, or has ended before it was ready. */
  hasFailures = false;

  /** @param hasKills Workers may be ended by `killAfter`, which is no failure. */
  constructor({ backoff, intensity }: PoolOptions, hasKills: boolean, now: () => number) {
    this.#hasKills = hasKills;
    this.#backoff = backoff;
    this.#window = intensity && new RestartWindow(intensity.restarts, intensity.within);
    this.#now = now;
  }

  /** Returns what is wrong. */
  on(event: SupervisorEvent): string[] {
    if (event.type === 'over') return [];
    const { child } = event;
    const place = this.#places.get(child) ?? {
      failures: 0,
      ends: 0,
      readyAt: undefined,
      hasFailed: false,
      restartAt: 0,
    };
    this.#places.set(child, place);
    const problems: (string | undefined)[] = [];
    const now = this.#now();
    if (this.hasGivenUp && event.type !== 'stopped') problems.push(`${event.type} after the end`);
    switch (event.type) {
      case 'started':
        this.#hasStarted = true;
        place.readyAt = now;
        if (now < place.restartAt) problems.push(`${child} was restarted too early`);
        break;
      case 'ended':
        if (!this.#hasStarted && this.#window === undefined && place.ends >= FIRST_TRIES)
          problems.push(`${child} was tried ${place.ends + 1} times`);
        this.#ended(place, event.error !== undefined);
        break;
      case 'restarting':
        problems.push(...this.#restarting(place, event.after));
        break;
      case 'stopped':
        place.failures = undefined;
        break;
      case 'gave up':
        this.hasGivenUp = true;
        if (this.#window !== undefined) problems.push(this.#window.tooEarly(now, now));
        else if (this.#hasStarted) problems.push('it gave up, though a worker had started');
        else if (place.ends !== FIRST_TRIES) problems.push(`it gave up after ${place.ends} tries`);
        break;
    }
    return problems.filter((each) => each !== undefined);
  }

  #ended(place: Place, hasError: boolean): void {
    const now = this.#now();
    const wasReady = place.readyAt !== undefined;
    place.ends++;
    place.hasFailed = hasError || !wasReady;
    if (place.hasFailed) this.hasFailures = true;
    const isStable = place.readyAt !== undefined && now - place.readyAt >= STABLE_MS;
    if (isStable) place.failures = 0;
    place.readyAt = undefined;
    if (!place.hasFailed) place.failures = undefined;
    else if (place.failures !== undefined) place.failures++;
  }

  #restarting(place: Place, after: number): (string | undefined)[] {
    const now = this.#now();
    place.restartAt = now + after;
    if (!place.hasFailed) return [];
    const problems: (string | undefined)[] = [];
    if (this.#window !== undefined) {
      const [least] = this.#window.restarted(now, now);
      problems.push(this.#window.tooMany(least));
    }
    const expected = this.#delayAfter(place.failures);
    if (!this.#hasKills && expected !== undefined && expected !== after)
      problems.push(`it waits for ${after} ms, and not ${expected}`);
    return problems;
  }

  #delayAfter(failures: number | undefined): number | undefined {
    if (failures === undefined) return undefined;
    if (this.#backoff === undefined)
      return failures === 1 ? 0 : Math.min(SECOND_MS * 2 ** (failures - 2), MAX_MS);
    const { initial, max = Infinity } = this.#backoff;
    return Math.min(initial * 2 ** (failures - 1), max);
  }
}
