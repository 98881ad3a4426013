// A rule of ESLint: a file must look as Prettier would write it.
import { createSyncFn } from './create-sync-fn.mjs';

/** @type {(text: string, parser: string) => string} */
const format = createSyncFn(new URL('prettier-worker.mjs', import.meta.url), { timeout: 30_000 });

/** @type {import('eslint').Rule.RuleModule} */
export const formatted = {
  meta: { type: 'layout', fixable: 'code' },
  create: ({ sourceCode, report }) => ({
    Program(node) {
      const wanted = format(sourceCode.text, 'babel');
      if (wanted === sourceCode.text) return;
      report({
        node,
        message: 'Prettier would write this in another way.',
        fix: (fixer) => fixer.replaceTextRange([0, sourceCode.text.length], wanted),
      });
    },
  }),
};
