/**
 * The programs in the documents that run in a browser. A block marked
 *
 *   ts page=NAME/FILE          is one file of the program NAME; its main.ts runs in the page, and
 *                              its worker.ts, shared.ts and frame.ts run in agents of that kind;
 *   text logs=NAME [NAME …]    is the log of the page, the same for each of these programs;
 *   ts page                    only compiles, with the types of a page.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { blocks, documents, root } from './markdown.js';

const all = documents.flatMap(blocks);

const labelled = (key: string): { value: string; code: string }[] =>
  all
    .filter(({ label }) => label.startsWith(`${key}=`))
    .map(({ label, code }) => ({ value: label.slice(key.length + 1), code }));

const files = labelled('page');

/** By the name of the program. */
export const logs: ReadonlyMap<string, string> = new Map(
  labelled('logs').flatMap(({ value, code }) => value.split(' ').map((name) => [name, code])),
);

export const pagePrograms: readonly string[] = [
  ...new Set(files.map(({ value }) => path.dirname(value))),
];

/** The entry points of bundles; all other files are imported by these. */
export const inPage = ['main.ts', 'frame.ts'];
export const inWorker = ['worker.ts', 'shared.ts'];

/**
 * Writes all programs into a folder of the project, where packages can be imported by name.
 * Returns the paths of all entry points.
 */
export function writePagePrograms(name: string, edit = (code: string): string => code): string[] {
  const folder = path.join(root, 'build', 'page-programs', name);
  rmSync(folder, { recursive: true, force: true });
  const lone = all
    .filter(({ language, label }) => language === 'ts' && label === 'page')
    .map(({ document, line, code }) => ({
      value: `${document.replaceAll(/\W/g, '-')}-line-${line}/main.ts`,
      code: `${code}\nexport {};\n`,
    }));
  return [...files, ...lone]
    .map(({ value, code }) => {
      const file = path.join(folder, value);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, edit(code));
      return file;
    })
    .filter((file) => [...inPage, ...inWorker].includes(path.basename(file)));
}
