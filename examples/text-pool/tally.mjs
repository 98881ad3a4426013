// Adds up the outcomes of the documents. Outcomes are posted; a later request gets the sum of all
// that were posted before it.
import { actor, serveWorker } from 'ump-ng/actors';
import { addCounts, addTerm, nothing } from './counts.mjs';

/** @typedef {import('./messages.d.ts').Rendered} Rendered */
/** @typedef {import('./messages.d.ts').Failed} Failed */
/** @typedef {import('./messages.d.ts').Summary} Summary */

const SLOWEST = 5;
const TERMS = 10;

export function tally() {
  const counts = nothing();
  /** @type {import('./messages.d.ts').Terms} */
  const terms = new Map();
  /** @type {Failed[]} */
  const failed = [];
  /** @type {Summary['slowest']} */
  let slowest = [];
  let rendered = 0;

  return actor({
    post: {
      /** @param {Rendered} document */
      rendered({ name, ms, counts: some, terms: more }) {
        rendered++;
        addCounts(counts, some);
        for (const [term, count] of more) addTerm(terms, term, count);
        slowest.push({ name, ms, words: some.words });
        slowest = slowest.sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
      },
      /** @param {Failed} document */
      failed(document) {
        failed.push(document);
      },
    },
    req: {
      /** @returns {Summary} */
      summary() {
        const most = [...terms].sort(([, a], [, b]) => b - a).slice(0, TERMS);
        return { rendered, failed, counts, slowest, terms: most };
      },
    },
  });
}

void serveWorker(tally);
