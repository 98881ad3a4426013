// Prettier is asynchronous since version 3, but rules of ESLint must be synchronous.
import { format } from 'prettier';
import { runAsWorker } from './create-sync-fn.mjs';

runAsWorker((text, parser) => format(text, { parser, singleQuote: true }));
