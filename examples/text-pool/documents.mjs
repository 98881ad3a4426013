// Real Markdown that every clone of this project has: its own documents, and those of the packages
// in node_modules. Only their names are known at first: the texts are read one by one, when their
// turn comes.
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { troubles } from './trouble.mjs';

const MARKDOWN = /\.(md|markdown)$/i;
const NOT_WRITTEN = /[/\\](tests?|fixtures|reference)[/\\]/i;
const root = path.join(import.meta.dirname, '../..');

/** @typedef {{ name: string, text?: string }} Document */

/**
 * So many real ones, always the same for the same files, and those that are trouble among them.
 * @param {number} most
 * @returns {Document[]}
 */
export function findDocuments(most) {
  const found = ['docs', 'node_modules'].flatMap(markdownIn);
  const documents = ['README.md', 'CHANGELOG.md', ...found].slice(0, most).map(named);
  // In the first half, to be over and done with before the end.
  const step = Math.ceil(documents.length / 2 / troubles.length);
  return troubles.reduce((all, each, n) => all.toSpliced((n + 1) * step, 0, each), documents);
}

/** @param {Document} document */
export const textOf = async ({ name, text }) => text ?? readFile(path.join(root, name), 'utf8');

/** @param {string} name @returns {Document} */
const named = (name) => ({ name });

/** @param {string} folder */
function markdownIn(folder) {
  const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .map((name) => path.join(folder, name))
    .filter((name) => MARKDOWN.test(name) && !NOT_WRITTEN.test(name))
    .sort();
}
