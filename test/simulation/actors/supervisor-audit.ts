/** Whether the events of a supervisor are those that its options promise. */
import type { SupervisorEvent } from './library.js';
import { RestartWindow } from './restart-window.js';

export interface SupervisorPlan {
  readonly strategy: 'one-for-one' | 'one-for-all' | 'rest-for-one';
  readonly intensity: { restarts: number; within: number } | undefined;
  readonly backoff: { initial: number; max: number } | undefined;
  /** In order. */
  readonly children: ReadonlyMap<string, 'permanent' | 'transient' | 'temporary'>;
}

const DEFAULT_INTENSITY = { restarts: 3, within: 5000 };

export class SupervisorAudit {
  readonly #plan: SupervisorPlan;
  readonly #window: RestartWindow;
  readonly #now: () => number;
  /** When children have ended that no restart has followed. */
  readonly #ends = new Map<string, number>();
  /** Children that have ended and are not restarted. */
  readonly #over = new Set<string>();
  readonly #restartAt = new Map<string, number>();
  hasGivenUp = false;

  constructor(plan: SupervisorPlan, now: () => number) {
    this.#plan = plan;
    const { restarts, within } = plan.intensity ?? DEFAULT_INTENSITY;
    this.#window = new RestartWindow(restarts, within);
    this.#now = now;
  }

  /** Whether a child will not run again. */
  isOver(child: string): boolean {
    return this.hasGivenUp || this.#over.has(child);
  }

  /** Returns what is wrong. */
  on(event: SupervisorEvent): string[] {
    const problems: (string | undefined)[] = [];
    const now = this.#now();
    if (this.hasGivenUp && event.type !== 'stopped' && event.type !== 'ended')
      problems.push(`${event.type} after it gave up`);
    switch (event.type) {
      case 'started':
        if (this.#over.has(event.child)) problems.push(`${event.child} was restarted`);
        if (now < (this.#restartAt.get(event.child) ?? 0))
          problems.push(`${event.child} was restarted too early`);
        break;
      case 'ended':
        this.#ended(event.child, event.error !== undefined);
        break;
      case 'restarting':
        problems.push(...this.#restarting(event.child, event.after, event.with));
        break;
      case 'gave up':
        this.hasGivenUp = true;
        if (!this.#ends.has(event.child)) problems.push(`${event.child} had not ended`);
        problems.push(this.#window.tooEarly(now, now));
        break;
      default:
    }
    return problems.filter((each) => each !== undefined);
  }

  #ended(child: string, failed: boolean): void {
    const restart = this.#plan.children.get(child);
    if (restart === 'temporary' || (restart === 'transient' && !failed)) this.#over.add(child);
    else this.#ends.set(child, this.#now());
  }

  #restarting(child: string, after: number, others: readonly string[]): (string | undefined)[] {
    const now = this.#now();
    const endedAt = this.#ends.get(child);
    if (endedAt === undefined) return [`${child} is restarted, and had not ended`];
    this.#ends.delete(child);
    const problems: (string | undefined)[] = [];
    const expected = this.#restartedWith(child, this.#over);
    if (expected.join() !== others.join())
      problems.push(`it restarts ${others.join()} with ${child}, and not ${expected.join()}`);
    // One that is restarted alone is restarted as soon as its end is processed.
    const from = this.#plan.strategy === 'one-for-one' ? now : endedAt;
    const [least, most] = this.#window.restarted(from, now);
    problems.push(this.#window.tooMany(least));
    const isExpected = [least, most].some((count) => this.#delayAfter(count) === after);
    if (most - least < 2 && !isExpected)
      problems.push(`it waits for ${after} ms before restart ${most}`);
    for (const each of [child, ...others]) this.#restartAt.set(each, now + after);
    return problems;
  }

  #delayAfter(restarts: number): number {
    const { initial, max } = this.#plan.backoff ?? { initial: 0, max: 0 };
    return Math.min(initial * 2 ** (restarts - 1), max);
  }

  #restartedWith(child: string, over: ReadonlySet<string>): string[] {
    const { strategy, children } = this.#plan;
    const all = [...children.keys()];
    const from = strategy === 'one-for-all' ? 0 : all.indexOf(child);
    const list = strategy === 'one-for-one' ? [] : all.slice(from);
    return list.filter((each) => each !== child && !over.has(each));
  }
}
