// A few megabytes of prose that every clone of this project has: its own documents, and the
// licenses, READMEs and changelogs of the packages in node_modules.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const PROSE = /(\.(md|markdown|txt)|[/\\](licen[cs]e|copying|notice|readme)[^/\\.]*)$/i;
const NO_PROSE = /[/\\](tests?|fixtures|reference)[/\\]/i;
const ENOUGH = 4_000_000;

/** Deterministic for the same files: each text once, in the order of the paths. */
export function readCorpus() {
  const root = path.join(import.meta.dirname, '../..');
  /** @type {Set<string>} */
  const texts = new Set();
  let size = 0;
  for (const file of proseIn(root)) {
    const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
    // Many packages have the same license.
    if (texts.has(text)) continue;
    texts.add(text);
    size += text.length;
    if (size >= ENOUGH) break;
  }
  return { text: [...texts].join('\n'), files: texts.size };
}

/** @param {string} root */
function proseIn(root) {
  const found = readdirSync(root)
    .filter((name) => PROSE.test(path.join(root, name)))
    .map((name) => path.join(root, name));
  for (const folder of ['docs', 'node_modules']) {
    const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.sort()) {
      const file = path.join(root, folder, name);
      if (PROSE.test(file) && !NO_PROSE.test(file)) found.push(file);
    }
  }
  return found;
}

/**
 * Cuts a text at line ends, into pieces of at least `size` characters.
 * @param {string} text
 * @param {number} size
 */
export function cut(text, size) {
  const pieces = [];
  for (let start = 0, end; start < text.length; start = end) {
    end = text.indexOf('\n', start + size) + 1 || text.length;
    pieces.push(text.slice(start, end));
  }
  return pieces;
}
