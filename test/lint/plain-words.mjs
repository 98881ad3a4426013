// A rule of ESLint for comments and texts. A thread, a port or a caller is "it", so comments, string
// literals and templates must not contain the words below. Prettier does not wrap comments, so lines
// with a comment are limited to 100 columns here. A directive for ESLint may be wider.

/** A thread, a port, a client or a caller is not a person. */
const RULED_OUT = /\b(?:he|him|his|whoever|somebody|nobody)\b/gi;

const MAX_COLUMNS = 100;

/** A directive, as in "eslint-disable-next-line": it cannot always be wrapped. */
const DIRECTIVE = /^\s*eslint-/;

/** Each ruled-out word in a text, with its position. */
export const ruledOutWords = (text) =>
  [...text.matchAll(RULED_OUT)].map(({ 0: word, index }) => ({ word, index }));

/** @type {import('eslint').Rule.RuleModule} */
const rule = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      word: 'Say it in plain words: "{{word}}" is ruled out for a thread, a port or a caller.',
      width: 'This comment line has {{columns}} columns; at most {{most}} are allowed.',
    },
  },

  create(context) {
    const { sourceCode } = context;

    /** Reports the words between the two offsets. */
    function checkWords(start, end) {
      for (const { word, index } of ruledOutWords(sourceCode.text.slice(start, end))) {
        const loc = {
          start: sourceCode.getLocFromIndex(start + index),
          end: sourceCode.getLocFromIndex(start + index + word.length),
        };
        context.report({ loc, messageId: 'word', data: { word } });
      }
    }

    const check = ({ range: [start, end] }) => checkWords(start, end);

    return {
      Program() {
        const commentLines = new Set();
        for (const comment of sourceCode.getAllComments()) {
          check(comment);
          if (DIRECTIVE.test(comment.value)) continue;
          const { start, end } = comment.loc;
          for (let line = start.line; line <= end.line; line++) commentLines.add(line);
        }
        for (const line of commentLines) {
          const columns = sourceCode.lines[line - 1].length;
          if (columns <= MAX_COLUMNS) continue;
          const loc = { start: { line, column: MAX_COLUMNS }, end: { line, column: columns } };
          context.report({ loc, messageId: 'width', data: { columns, most: MAX_COLUMNS } });
        }
      },
      Literal(node) {
        if (typeof node.value === 'string') check(node);
      },
      TemplateElement: check,
    };
  },
};

export default { meta: { name: 'plain' }, rules: { words: rule } };
