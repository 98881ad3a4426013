/** The calls that are pending, with where they are, and those that have settled, with how. */
import { html, render } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { Entry, Ledger } from '../ledger.js';
import { milliseconds } from './charts.js';

const SHOWN = 30;

const WHERE: Record<Entry['stage'], string> = {
  mailbox: 'in the mailbox of the',
  server: 'waits for a helper at the',
  handed: 'on its way to',
  helper: 'with',
};

const row = (entry: Entry): unknown =>
  html`<tr
    data-call=${entry.number}
    data-from=${entry.from}
    data-kind=${entry.kind}
    data-stage=${entry.stage}
    data-at=${entry.at}
    data-outcome=${entry.outcome ?? 'pending'}
  >
    <td>${entry.number}</td>
    <td>${entry.from}</td>
    <td class=${entry.kind}>${entry.kind}</td>
    ${
      entry.outcome === undefined
        ? html`<td>${WHERE[entry.stage]} ${entry.at}</td>`
        : html`<td>${entry.at}</td>
            <td class="outcome">${entry.outcome}</td>
            <td>${milliseconds(entry.ms ?? NaN)}</td>`
    }
  </tr>`;

const list = (title: string, columns: string[], entries: Entry[], none: string): unknown =>
  html`<h3>${title}</h3>
    <table>
      <thead>
        <tr>
          ${['call', 'from', 'kind', ...columns].map((column) => html`<th>${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${repeat(entries, ({ id }) => id, row)}
      </tbody>
    </table>
    ${entries.length === 0 ? html`<p class="none">${none}</p>` : ''}`;

export function showCalls(
  ledger: Ledger,
  places: Record<'totals' | 'pending' | 'settled', HTMLElement>,
): void {
  const { pending, totals } = ledger;
  render(
    html`<span data-pending=${pending.length}>${pending.length} pending</span>${[...totals]
        .filter(([, count]) => count > 0)
        .map(
          ([outcome, count]) => html`<span data-outcome=${outcome}>${count} ${outcome}</span>`,
        )}`,
    places.totals,
  );
  const shown = pending.slice(0, SHOWN);
  const rest = pending.length - shown.length;
  const title = rest > 0 ? `Pending (and ${rest} more)` : 'Pending';
  render(list(title, ['where it is'], shown, 'No call is pending.'), places.pending);
  render(
    list('Settled', ['was with', 'settled with', 'after'], ledger.settled(SHOWN), 'Nothing yet.'),
    places.settled,
  );
}
