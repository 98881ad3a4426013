/** Latency and queue over the last half minute, and latency in numbers. */
import { html, render, svg } from 'lit-html';
import type { Ledger, Statistics } from '../ledger.js';
import type { Call } from '../messages.js';

const SECONDS = 30;
const WIDTH = 360;
const HEIGHT = 130;
/** Room for what stands beside and below. */
const LEFT = 52;
const MARGIN = 10;
const KINDS = ['light', 'heavy'] as const;
const DECADES = [0.1, 1, 10, 100, 1000, 10_000];

interface Sample {
  /** Seconds since the page began. */
  at: number;
  value: number;
}

export class Charts {
  readonly #ledger: Ledger;
  readonly #places: Record<'numbers' | 'latency' | 'queue', HTMLElement>;
  readonly #latencies: Record<Call['kind'], Sample[]> = { light: [], heavy: [] };
  #queue: Sample[] = [];

  constructor(ledger: Ledger, places: Record<'numbers' | 'latency' | 'queue', HTMLElement>) {
    this.#ledger = ledger;
    this.#places = places;
  }

  settled({ kind }: Call, ms: number): void {
    this.#latencies[kind].push({ at: now(), value: ms });
  }

  draw(): void {
    this.#queue.push({ at: now(), value: this.#ledger.queue.length });
    this.#queue = recent(this.#queue);
    for (const kind of KINDS) this.#latencies[kind] = recent(this.#latencies[kind]);

    const { numbers, latency, queue } = this.#places;
    render(table(KINDS.map((kind) => [kind, this.#ledger.statistics(kind)])), numbers);
    const points = KINDS.map(
      (kind) => svg`<path class="points ${kind}" d=${dots(this.#latencies[kind], decade)}></path>`,
    );
    render(chart(DECADES, decade, points), latency);

    // Even, for the tick in the middle.
    const most = 2 * Math.ceil(Math.max(4, ...this.#queue.map(({ value }) => value)) / 2);
    const share = (count: number): number => count / most;
    const line = svg`<path class="line served" d=${polyline(this.#queue, share)}></path>`;
    render(chart([0, most / 2, most], share, [line]), queue);
  }
}

const now = (): number => performance.now() / 1000;

const recent = (samples: readonly Sample[]): Sample[] =>
  samples.filter(({ at }) => at > now() - SECONDS);

/** Where a value stands between the bottom of a chart, 0, and its top, 1. */
type Scale = (value: number) => number;

/** Logarithmic; what is off the scale stands at its edge. */
const decade: Scale = (ms) => (Math.log10(Math.min(Math.max(ms, 0.1), 10_000)) + 1) / 5;

const x = (at: number): number =>
  WIDTH - MARGIN - ((now() - at) / SECONDS) * (WIDTH - LEFT - MARGIN);
const y = (height: number): number => HEIGHT - MARGIN - height * (HEIGHT - 2 * MARGIN);

const place = (samples: readonly Sample[], scale: Scale): string[] =>
  samples.map(({ at, value }) => `${x(at).toFixed(1)} ${y(scale(value)).toFixed(1)}`);
/** Lines of no length: their round ends make a dot. */
const dots = (samples: readonly Sample[], scale: Scale): string =>
  place(samples, scale)
    .map((point) => `M ${point} h 0`)
    .join(' ');
const polyline = (samples: readonly Sample[], scale: Scale): string =>
  samples.length === 0 ? '' : `M ${place(samples, scale).join(' L ')}`;

const chart = (ticks: readonly number[], scale: Scale, content: unknown): unknown =>
  html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">
    ${ticks.map((tick) => {
      const height = y(scale(tick));
      return svg`<path class="grid" d="M ${LEFT} ${height} H ${WIDTH - MARGIN}"></path>
        <text class="tick" x=${LEFT - 8} y=${height + 4}>${tick.toLocaleString('en')}</text>`;
    })}
    ${content}
  </svg>`;

export const milliseconds = (ms: number): string =>
  Number.isNaN(ms) ? '' : ms < 10 ? `${Number(ms.toFixed(2))} ms` : `${Math.round(ms)} ms`;

const table = (rows: [string, Statistics | undefined][]): unknown =>
  html`<table>
    <thead>
      <tr>
        <th></th>
        <th>last</th>
        <th>median</th>
        <th>p95</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ([kind, numbers]) =>
          html`<tr data-latency=${kind}>
            <th class=${kind}>${kind}</th>
            ${(['last', 'median', 'p95'] as const).map(
              (which) => html`<td>${numbers ? milliseconds(numbers[which]) : '–'}</td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
