// The computation, without threads.

/** @typedef {import('./messages.d.ts').Words} Words */
/** @typedef {import('./messages.d.ts').Lines} Lines */

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

/**
 * How often each word occurs, by the rules of Unicode: slow, and right about "don't" and "3.14".
 * @param {string} text
 */
export function countWords(text) {
  /** @type {Words} */
  const words = new Map();
  for (const line of text.split('\n')) {
    for (const { segment, isWordLike } of segmenter.segment(line)) {
      if (!isWordLike) continue;
      const word = segment.toLowerCase();
      words.set(word, (words.get(word) ?? 0) + 1);
    }
  }
  return words;
}

/**
 * Quick.
 * @param {string} text
 * @returns {Lines}
 */
export function countLines(text) {
  const lines = text.split('\n');
  // An empty rest after the last line end is no line.
  if (lines.at(-1) === '') lines.pop();
  return {
    lines: lines.length,
    empty: lines.filter((line) => line.trim() === '').length,
    longest: lines.reduce((longest, line) => Math.max(longest, line.length), 0),
  };
}

/** @param {Words} total @param {Words} words */
export function addWords(total, words) {
  for (const [word, count] of words) total.set(word, (total.get(word) ?? 0) + count);
}

/** @param {Lines} total @param {Lines} lines */
export function addLines(total, { lines, empty, longest }) {
  total.lines += lines;
  total.empty += empty;
  total.longest = Math.max(total.longest, longest);
}

/** @returns {{ words: Words, lines: Lines }} */
export const nothing = () => ({ words: new Map(), lines: { lines: 0, empty: 0, longest: 0 } });

/** @param {Words} words */
export const sum = (words) => [...words.values()].reduce((all, count) => all + count, 0);
