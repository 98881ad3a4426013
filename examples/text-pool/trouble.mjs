// Five documents that cause trouble for their renderer, each in another way, named in their first
// line.

/** The kinds of trouble, by name. @type {Record<string, (attempts: Int32Array) => unknown>} */
const TROUBLE = {
  // An error that a handler throws is no crash: the caller gets HandlerFailed, and the worker
  // continues.
  refused() {
    throw new SyntaxError('this is no Markdown');
  },
  // In a worker this ends the thread, not the process. A native library that aborts would end both.
  exits() {
    process.exit(1);
  },
  // Thrown outside the handler, so it is uncaught and ends the thread.
  throws() {
    setImmediate(() => {
      throw new Error('an uncaught error');
    });
    return new Promise(() => undefined);
  },
  // A random death. The second worker that gets this document renders it.
  unlucky(attempts) {
    if (Atomics.add(attempts, 0, 1) === 0) process.exit(1);
  },
  // A regular expression with catastrophic backtracking. A thread that is busy with it cannot be
  // cancelled, only killed.
  endless() {
    return /^(a+)+$/.test(`${'a'.repeat(60)}!`);
  },
};

export const troubles = Object.keys(TROUBLE).map((word) => ({
  name: `made up: ${word}.md`,
  text: `<!-- trouble: ${word} -->\n\n# A document\n\nIt looks as any other does.\n`,
}));

/**
 * Causes the trouble of the document, if it has any.
 * @param {string} text
 * @param {Int32Array} attempts
 */
export function suffer(text, attempts) {
  const [, word = ''] = /^<!-- trouble: (\w+) -->/.exec(text) ?? [];
  return TROUBLE[word]?.(attempts);
}
