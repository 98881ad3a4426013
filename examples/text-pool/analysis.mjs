// The work itself: Markdown to HTML, and what there is to count in it. It knows nothing of threads.
import { marked } from 'marked';
import { addTerm, nothing } from './counts.mjs';

/** @typedef {import('./messages.d.ts').Counts} Counts */
/** @typedef {import('./messages.d.ts').Terms} Terms */

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
/** Shorter words say little about what a text is about. */
const SHORTEST_TERM = 5;

/** @param {string} markdown @returns {{ counts: Counts, terms: Terms }} */
export function analyse(markdown) {
  const counts = nothing();
  /** @type {Terms} */
  const terms = new Map();
  const tokens = marked.lexer(markdown);
  marked.walkTokens(tokens, (token) => {
    if (token.type === 'heading') counts.headings++;
    if (token.type === 'link') counts.links++;
    if (token.type === 'code') counts.codeBlocks++;
    // Those that have tokens of their own are visited by these.
    if (token.type === 'text' && !token.tokens) counts.words += addWords(terms, token.text);
  });
  counts.html = marked.parser(tokens).length;
  return { counts, terms };
}

/** @param {Terms} terms @param {string} text */
function addWords(terms, text) {
  let words = 0;
  for (const { segment, isWordLike } of segmenter.segment(text)) {
    if (!isWordLike) continue;
    words++;
    if (segment.length >= SHORTEST_TERM) addTerm(terms, segment.toLowerCase(), 1);
  }
  return words;
}
