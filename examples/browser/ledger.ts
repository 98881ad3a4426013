/** The state of all calls, from the reports of all agents, which arrive in any order. */
import type { Call, Event, Name, Outcome } from './messages.js';

/** The stages of a call, in order. */
const STAGES = ['mailbox', 'server', 'handed', 'helper'] as const;
type Stage = (typeof STAGES)[number];

export interface Entry extends Call {
  number: number;
  stage: Stage;
  /** The agent that has the call now. */
  at: Name;
  outcome?: Outcome;
  /** Milliseconds, as its caller saw it. */
  ms?: number;
}

/** The number of settled calls that are kept, and the number that the statistics use. */
const REMEMBERED = 2000;
const RECENT = 200;

export interface Statistics {
  count: number;
  last: number;
  median: number;
  p95: number;
}

export class Ledger {
  readonly #calls = new Map<string, Entry>();
  readonly #settled: Entry[] = [];
  readonly totals = new Map<Outcome, number>();
  /** The helper that rendered it. */
  readonly #rendered = new Map<string, Name>();
  #last = 0;

  note(event: Event): void {
    const entry = this.#entry(event.call);
    switch (event.type) {
      case 'sent':
        break;
      case 'taken':
        this.#move(entry, event.by === 'server' ? 'server' : 'helper', event.by);
        if (event.by !== 'server') this.#rendered.set(event.call.id, event.by);
        break;
      case 'handed':
        this.#move(entry, 'handed', event.to);
        break;
      case 'answered':
        entry.at = event.by;
        this.#rendered.delete(event.call.id);
        break;
      case 'stopped':
        // Not if the call had just been moved.
        if (this.#rendered.get(event.call.id) === event.by) this.#rendered.delete(event.call.id);
        break;
      case 'abandoned':
        this.#rendered.delete(event.call.id);
        // The caller may still report the reason. If the caller is gone, the call is over.
        if (entry.outcome === undefined) this.#settle(entry, 'OriginDisappeared', NaN);
        break;
      case 'settled':
        if (entry.outcome === undefined || entry.outcome === 'OriginDisappeared') {
          this.#settle(entry, event.outcome, event.ms);
        }
    }
  }

  get pending(): Entry[] {
    return [...this.#calls.values()].filter(({ outcome }) => outcome === undefined);
  }

  /** The calls that the server has neither answered nor moved yet. */
  get queue(): Entry[] {
    return this.pending.filter(({ stage }) => stage === 'mailbox' || stage === 'server');
  }

  /** Also for a cancelled call, until the helper has received the cancellation. */
  renders(helper: Name): boolean {
    return [...this.#rendered.values()].includes(helper);
  }

  /** The latest first. */
  settled(most: number): Entry[] {
    return this.#settled.slice(-most).reverse();
  }

  statistics(kind: Call['kind']): Statistics | undefined {
    const times = this.#settled
      .filter((entry) => entry.kind === kind && entry.outcome === 'value')
      .slice(-RECENT)
      .map(({ ms }) => ms ?? NaN);
    const last = times.at(-1);
    if (last === undefined) return undefined;
    const sorted = times.toSorted((a, b) => a - b);
    const quantile = (part: number): number => sorted[Math.ceil(part * sorted.length) - 1] ?? NaN;
    return { count: times.length, last, median: quantile(0.5), p95: quantile(0.95) };
  }

  #entry(call: Call): Entry {
    let entry = this.#calls.get(call.id);
    if (entry === undefined) {
      entry = { ...call, number: ++this.#last, stage: 'mailbox', at: 'server' };
      this.#calls.set(call.id, entry);
    }
    return entry;
  }

  /** Only forwards, because the reports of two agents have no order. */
  #move(entry: Entry, stage: Stage, at: Name): void {
    if (STAGES.indexOf(stage) < STAGES.indexOf(entry.stage)) return;
    entry.stage = stage;
    entry.at = at;
  }

  #settle(entry: Entry, outcome: Outcome, ms: number): void {
    const count = (of: Outcome, more: number): void => {
      this.totals.set(of, (this.totals.get(of) ?? 0) + more);
    };
    if (entry.outcome === undefined) this.#settled.push(entry);
    else count(entry.outcome, -1);
    count(outcome, 1);
    entry.outcome = outcome;
    entry.ms = ms;
    if (this.#settled.length > REMEMBERED) {
      const [oldest] = this.#settled.splice(0, 1);
      if (oldest !== undefined) this.#calls.delete(oldest.id);
    }
  }
}
