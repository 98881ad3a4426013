/**
 * The code in the documents compiles and does what the documents say. A block marked
 *
 *   js run=NAME/FILE           is one file of the program NAME, whose main.mjs runs;
 *   ts run=NAME/FILE           the same in TypeScript: main.mts runs as main.mjs;
 *   text output=NAME [NAME …]  is the output of the program, the same for each of these;
 *   js file=PATH               is a quotation of that file of the project, in any language;
 *   ts                         compiles, as a module of its own, after the document's `ts given`
 *                              block.
 *
 * Programs for browsers are in page-programs.ts.
 */
import { beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { blocks, documents, root, type Block } from './markdown.js';
import { inPage, inWorker, logs, pagePrograms, writePagePrograms } from './page-programs.js';

/** Inside the project, so that the package can be imported by name. */
const folder = path.join(root, 'build', 'snippets');
const all = documents.flatMap(blocks);

/** Milliseconds after which a program that hangs fails. */
const LONGEST = 30_000;

const labelled = (key: string): (Block & { value: string })[] =>
  all
    .filter(({ label }) => label.startsWith(`${key}=`))
    .map((block) => ({ ...block, value: block.label.slice(key.length + 1) }));

const files = labelled('run');
/** By the name of the program. */
const outputs = new Map(
  labelled('output').flatMap(({ value, code }) => value.split(' ').map((name) => [name, code])),
);
const programs = [...new Set(files.map(({ value }) => path.dirname(value)))];
const typedFiles = files.filter(({ language }) => language === 'ts');

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  for (const { value, code } of files) {
    const file = path.join(folder, value);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, code);
  }
  for (const { value, code } of typedFiles) {
    const { outputText } = ts.transpileModule(code, { compilerOptions: OPTIONS, fileName: value });
    writeFileSync(path.join(folder, value.replace(/\.mts$/, '.mjs')), outputText);
  }
});

test('the documents have programs to run, and each has its output', () => {
  expect(programs.length).toBeGreaterThan(8);
  expect([...outputs.keys()].sort()).toEqual([...programs].sort());
});

test.each(programs)(
  'the program %s prints what its document says',
  async (program) => {
    const main = path.join(folder, program, 'main.mjs');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main], {
      timeout: LONGEST,
    });
    expect(stderr).toBe('');
    expect(stdout).toBe(outputs.get(program));
  },
  2 * LONGEST,
);

const quoted = labelled('file');

test('some documents quote files', () => expect(quoted.length).toBeGreaterThan(6));

test.each(quoted)('$document, line $line, is what stands in $value', ({ value, code }) => {
  expect(readFileSync(path.join(root, value), 'utf8')).toContain(code);
});

const typed = all.filter(({ language, label }) => language === 'ts' && label === '');

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: true,
};

function complaintsOf(program: ts.Program): string[] {
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file?.text.slice(start).split('\n')[0] ?? '';
    const where = file === undefined ? '' : path.relative(root, file.fileName);
    return `${where}: ${ts.flattenDiagnosticMessageText(messageText, ' ')} — ${line}`;
  });
}

/** By file name: each block after the `ts given` block of its document. */
function sources(): Map<string, string> {
  return new Map(
    typed.map(({ document, line, code }) => {
      const given = all.find((block) => block.document === document && block.label === 'given');
      const name = `${document.replaceAll(/\W/g, '-')}-line-${line}.mts`;
      return [path.join(root, 'build', name), `${given?.code ?? ''}\n${code}\nexport {};\n`];
    }),
  );
}

test('the typed snippets compile', () => {
  const texts = sources();
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, options, ...rest) => {
    const text = texts.get(file);
    return text === undefined
      ? getSourceFile(file, options, ...rest)
      : ts.createSourceFile(file, text, options, true);
  };
  const program = ts.createProgram([...texts.keys()], OPTIONS, host);
  const complaints = complaintsOf(program);
  expect(typed.length).toBeGreaterThan(6);
  expect(complaints).toEqual([]);
}, 120_000);

test('the typed programs compile', () => {
  const begin = typedFiles.map(({ value }) => path.join(folder, value));
  expect(begin.length).toBeGreaterThan(8);
  expect(complaintsOf(ts.createProgram(begin, OPTIONS))).toEqual([]);
}, 120_000);

test('the documents have programs for browsers, and each has its log', () => {
  expect(pagePrograms.length).toBeGreaterThan(8);
  expect([...logs.keys()].sort()).toEqual([...pagePrograms].sort());
});

test.each([
  ['pages', inPage, 'lib.dom.d.ts'],
  ['workers', inWorker, 'lib.webworker.d.ts'],
])(
  'the programs of %s compile',
  (kind, names, lib) => {
    const begin = writePagePrograms(kind).filter((file) => names.includes(path.basename(file)));
    expect(begin.length).toBeGreaterThan(4);
    const options = { ...OPTIONS, lib: [...OPTIONS.lib!, lib], types: [] };
    expect(complaintsOf(ts.createProgram(begin, options))).toEqual([]);
  },
  120_000,
);
