// Prettier is asynchronous since its version 3, and rules of ESLint never are.
import { format } from 'prettier';
import { runAsWorker } from './create-sync-fn.mjs';

runAsWorker((text, parser) => format(text, { parser, singleQuote: true }));
