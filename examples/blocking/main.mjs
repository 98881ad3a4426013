// ESLint checks and fixes a text by a rule that calls Prettier in another thread, and blocks
// meanwhile.
import { Linter } from 'eslint';
import { formatted } from './rule.mjs';

const text = 'const  answer = "6"*7 ;\n';
/** @type {import('eslint').Linter.Config} */
const config = {
  plugins: { local: { rules: { formatted } } },
  rules: { 'local/formatted': 'error' },
};
const linter = new Linter();

for (const { message } of linter.verify(text, config)) console.log(`before: ${message}`);
const { output } = linter.verifyAndFix(text, config);
console.log(`fixed:  ${output.trim()}`);
console.log(`after:  ${linter.verify(output, config).length} messages`);
