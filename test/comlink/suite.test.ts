/** Comlink's own tests in Node, and its checks of types. test/browsers runs the others. */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { writeSuite } from './suite.js';

const root = process.cwd();
/** Milliseconds, for a busy machine. */
const LONG = 120_000;

test(
  'Comlink’s tests within one realm pass in Node',
  async () => {
    const script = writeSuite('node').get('tests/same_window.comlink.test.js');
    const run = path.join(root, 'test/comlink/run.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [run, script!]);
    expect(JSON.parse(stdout)).toEqual({ passed: 48, failures: {} });
  },
  LONG,
);

/** What `conditional-type-checks` exports, as far as the file uses it. */
const CHECKS = `
type IsAny<T> = 0 extends 1 & T ? true : false;
type IsExact<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true
  : [A, B] extends [B, A] ? (IsAny<A> extends IsAny<B> ? true : false) : false;
type Has<T, U> = IsAny<T> extends true ? true : [Extract<T, U>] extends [never]
  ? (T extends U ? true : false) : true;
type NotHas<T, U> = Has<T, U> extends true ? false : true;
declare function assert<T extends boolean>(expected: T): void;
`;

test(
  'Comlink’s checks of its types compile with the types of ump-ng/comlink',
  () => {
    const folder = path.join(root, 'build/comlink-suite/types');
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'type-checks.ts');
    const code = readFileSync(path.join(root, 'node_modules/comlink/tests/type-checks.ts'), 'utf8')
      .replace(/import .* from "conditional-type-checks";/, CHECKS)
      .replace('../src/comlink.js', 'ump-ng/comlink');
    writeFileSync(file, code);
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
      types: [],
    });
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText, start }) => [
        code.slice(0, start).split('\n').length,
        ts.flattenDiagnosticMessageText(messageText, '\n'),
      ]);
    expect(problems).toEqual([]);
  },
  LONG,
);
