/** The documents for users, and their testable parts. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** The paths of all documents, relative to the root of the project. */
export const documents: readonly string[] = ['', 'docs']
  .flatMap((folder) => readdirSync(path.join(root, folder)).map((name) => path.join(folder, name)))
  .filter((file) => file.endsWith('.md'));

export const read = (document: string): string => readFileSync(path.join(root, document), 'utf8');

export interface Block {
  document: string;
  /** The number of its first line of code. */
  line: number;
  language: string;
  /** The text after the language, as in "js run=first/main.mjs". */
  label: string;
  code: string;
}

const FENCED = /^```(\w*) *(.*)\n([^]*?)^```$/gm;

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;

export function blocks(document: string): Block[] {
  const text = read(document);
  return [...text.matchAll(FENCED)].map((match) => {
    const [, language = '', label = '', code = ''] = match;
    return { document, line: lineAt(text, match.index) + 1, language, label: label.trim(), code };
  });
}

/** A document without its code, in which brackets are no links. */
export const prose = (document: string): string =>
  read(document)
    .replace(FENCED, '')
    .replace(/`[^`]*`/g, '');

/** The anchors that GitHub makes of its headings. */
export function anchors(document: string): Set<string> {
  const headings = read(document)
    .replace(FENCED, '')
    .matchAll(/^#+ +(.*)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
