/** The documents for users, and what of them can be tested. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** Every document, by its path from the project's root. */
export const documents: readonly string[] = ['', 'docs']
  .flatMap((folder) => readdirSync(path.join(root, folder)).map((name) => path.join(folder, name)))
  .filter((file) => file.endsWith('.md'));

export const read = (document: string): string => readFileSync(path.join(root, document), 'utf8');

export interface Block {
  document: string;
  /** Of its first line of code. */
  line: number;
  language: string;
  /** What follows the language, as in "js run=first/main.mjs". */
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

/** A document without its code, where a bracket is no link. */
export const prose = (document: string): string =>
  read(document)
    .replace(FENCED, '')
    .replace(/`[^`]*`/g, '');

/** What GitHub makes of its headings, to be named behind a #. */
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
