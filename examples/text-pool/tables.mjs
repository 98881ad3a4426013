// The results as tables.

/** @typedef {import('./messages.d.ts').Summary} Summary */
/** @typedef {import('ump-ng/actors').PoolStats} PoolStats */

const whole = (number) => number.toLocaleString('en');
const ms = (number) => `${number.toFixed(1)} ms`;
/** Words per minute of a slow reader. */
const WORDS_PER_MINUTE = 220;

/** @param {number} words */
function readingTime(words) {
  const minutes = Math.ceil(words / WORDS_PER_MINUTE);
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes} min` : `${whole(hours)} h ${minutes % 60} min`;
}

/** Shortens the paths of nested node_modules. @param {string} name */
const shortened = (name) => name.replaceAll('node_modules/', '');

/** @param {string} title @param {Record<string, object>} rows */
function show(title, rows) {
  console.log(`\n${title}`);
  console.table(rows);
}

/**
 * @param {{
 *   summary: Summary, stats: PoolStats, seconds: number, lost: number, texts: number
 * }} all
 */
export function showTables({ summary, stats, seconds, lost, texts }) {
  const { rendered, failed, counts, slowest, terms } = summary;
  // A retried call has failed at one worker, but not in the end.
  const calls = stats.workers.reduce((sum, worker) => sum + worker.failed, 0);

  show('Outcomes', outcomes(summary));
  show(
    'Given up',
    rowsOf(failed, ({ name, code, why }) => [name, { code, why }]),
  );
  show(
    'Workers',
    rowsOf(stats.workers, ({ processed, failed, restarts }, n) => [
      `worker ${n + 1}`,
      { processed, failed, restarts },
    ]),
  );
  const { median, p90, p99, max } = stats.latency;
  show('Latency, from the call to the answer', {
    documents: { median: ms(median), p90: ms(p90), p99: ms(p99), max: ms(max) },
  });
  show(
    'Slowest to render',
    rowsOf(slowest, (each) => [
      shortened(each.name),
      { took: ms(each.ms), words: whole(each.words), reading: readingTime(each.words) },
    ]),
  );
  const { words, headings, links, codeBlocks, html } = counts;
  console.log(`\nwords      ${whole(words)}, to be read in ${readingTime(words)}`);
  console.log(
    `headings   ${whole(headings)}, links ${whole(links)}, code blocks ${whole(codeBlocks)}`,
  );
  console.log(`terms      ${terms.map(([term, n]) => `${term} ${whole(n)}`).join(', ')}`);
  console.log(`html       ${whole(html)} characters`);
  console.log(`workers    ${lost} lost, their calls sent again: ${calls - failed.length}`);
  console.log(`in memory  at most ${texts} texts at once`);
  console.log(`done       ${rendered + failed.length} documents in ${seconds.toFixed(1)} s`);
}

/** @param {Summary} summary */
function outcomes({ rendered, failed }) {
  /** @type {Record<string, { documents: number }>} */
  const rows = { rendered: { documents: rendered } };
  for (const { code } of failed) {
    const row = (rows[`failed: ${code}`] ??= { documents: 0 });
    row.documents++;
  }
  return rows;
}

/**
 * @template T
 * @param {T[]} items @param {(item: T, n: number) => [string, object]} row
 */
const rowsOf = (items, row) => Object.fromEntries(items.map(row));
