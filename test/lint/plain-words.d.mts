import type { ESLint } from 'eslint';

/** Each ruled-out word in a text, with its position. */
export function ruledOutWords(text: string): { word: string; index: number }[];

declare const plugin: ESLint.Plugin;
export default plugin;
