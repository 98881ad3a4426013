// How what was counted is kept, and added up.

/** @typedef {import('./messages.d.ts').Counts} Counts */
/** @typedef {import('./messages.d.ts').Terms} Terms */

/** @returns {Counts} */
export const nothing = () => ({ words: 0, headings: 0, links: 0, codeBlocks: 0, html: 0 });

/** @param {Counts} total @param {Counts} counts */
export function addCounts(total, counts) {
  for (const key of /** @type {(keyof Counts)[]} */ (Object.keys(total))) total[key] += counts[key];
}

/** @param {Terms} terms @param {string} term @param {number} count */
export function addTerm(terms, term, count) {
  terms.set(term, (terms.get(term) ?? 0) + count);
}
