// Five documents that give whoever renders them trouble, each in another way. Their first line says which.

/** What becomes of the renderer, by that word. @type {Record<string, (attempts: Int32Array) => unknown>} */
const TROUBLE = {
  // What a handler throws is no crash: the caller gets it (HandlerFailed), and the worker goes on.
  refused() {
    throw new SyntaxError('this is no Markdown');
  },
  // In a worker this ends the thread, not the process. A native library that aborts would end both.
  exits() {
    process.exit(1);
  },
  // Thrown outside the handler, where nobody can catch it: that ends the thread as well.
  throws() {
    setImmediate(() => {
      throw new Error('thrown where nobody catches it');
    });
    return new Promise(() => undefined);
  },
  // A worker that dies by accident. The second one that gets this document renders it.
  unlucky(attempts) {
    if (Atomics.add(attempts, 0, 1) === 0) process.exit(1);
  },
  // An innocent regular expression, which goes back and tries again for years. Nobody can tell a thread that is
  // busy to give up: it is killed.
  endless() {
    return /^(a+)+$/.test(`${'a'.repeat(60)}!`);
  },
};

export const troubles = Object.keys(TROUBLE).map((word) => ({
  name: `made up: ${word}.md`,
  text: `<!-- trouble: ${word} -->\n\n# A document\n\nIt looks as any other does.\n`,
}));

/** Does what the document does to its renderer: nothing, as a rule. @param {string} text @param {Int32Array} attempts */
export function suffer(text, attempts) {
  const [, word = ''] = /^<!-- trouble: (\w+) -->/.exec(text) ?? [];
  return TROUBLE[word]?.(attempts);
}
