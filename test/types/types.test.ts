/** The published declarations: code that must not compile, and no `any`. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const SNIPPET = `${root}test/types/snippet.ts`;
const PATIENCE = 60_000;

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  types: ['node'],
};

const PRELUDE = `
  import { Client, PostClient, ReplyContext, Server, channel, connect, listen, isUmpError } from 'ump-ng';
  import type { MsgType, Result, UmpErrorCode } from 'ump-ng';
  import { callback, remoteObject, type Callback, type Remote } from 'ump-ng/actors';
  declare const there: Remote<{
    each(report: Callback<[number], string>): void;
    bare(report: (n: number) => string): void;
    gives(): () => number;
  }>;
  interface Refusal { status: number }
  declare const client: Client<{ tick: number }, string, number, Refusal>;
  declare const server: Server<{ tick: number }, string, number, Refusal>;
  declare const context: ReplyContext<number, Refusal>;
  declare const sure: ReplyContext<number>;
  declare const poster: PostClient<{ tick: number }>;
  declare const message: MsgType<{ tick: number }, string, number, Refusal>;
  declare const result: Result<number, Refusal>;
`;

/** One compiler for all snippets: the libraries are read once. */
let compile: (body: string) => string[];

beforeAll(() => {
  let text = '';
  let version = 0;
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [SNIPPET],
    getScriptVersion: (file) => (file === SNIPPET ? String(version) : '0'),
    getScriptSnapshot: (file) => {
      const content = file === SNIPPET ? text : ts.sys.readFile(file);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (file) => file === SNIPPET || ts.sys.fileExists(file),
    readFile: (file) => (file === SNIPPET ? text : ts.sys.readFile(file)),
    readDirectory: ts.sys.readDirectory.bind(ts.sys),
    directoryExists: ts.sys.directoryExists.bind(ts.sys),
    getDirectories: ts.sys.getDirectories.bind(ts.sys),
  };
  const service = ts.createLanguageService(host);
  compile = (body) => {
    text = `${PRELUDE}\nexport async function snippet(): Promise<void> {\n${body}\n}`;
    version++;
    return [
      ...service.getSyntacticDiagnostics(SNIPPET),
      ...service.getSemanticDiagnostics(SNIPPET),
    ].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  };
  compile('');
}, PATIENCE);

describe('compiles', () => {
  test.each([
    'client.post({ tick: 1 });',
    'const n: number = await client.req("x");',
    'const r = await client.tryReq("x"); if (!r.ok) r.error.appError?.status.toFixed();',
    'for await (const m of server) if (m.type === "request") m.rctx.fail({ status: 1 });',
    'const c: Client = channel().client; c.post(1); void c.req({});',
    'using c = client.clone(); c.ref();',
    'poster.post({ tick: 1 });',
    'const code: UmpErrorCode = "Timeout"; isUmpError(0, code);',
    'server[Symbol.dispose](); context[Symbol.dispose]();',
    'await there.req.each(callback((n) => n.toFixed()));',
  ])('%s', (body) => {
    expect(compile(body)).toEqual([]);
  });
});

describe('must not compile', () => {
  test.each<[string, RegExp]>([
    ['client.post({ tick: "1" });', /string' is not assignable to type 'number/],
    ['client.post("x");', /not assignable/],
    ['void client.req(1);', /not assignable/],
    ['const s: string = await client.req("x");', /not assignable to type 'string'/],
    ['result.value;', /does not exist/],
    ['if (result.ok) result.error;', /does not exist/],
    ['if (!result.ok) result.error.code === "Gone";', /no overlap/],
    ['if (message.type === "request") message.rctx.reply("x");', /not assignable/],
    ['message.rctx.reply(1);', /possibly 'undefined'/],
    ['if (message.type === "post") message.rctx.reply(1);', /never|undefined/],
    ['if (message.type === "put") return;', /no overlap/],
    ['context.fail("x");', /not assignable/],
    ['sure.fail(1);', /type 'never'/],
    ['sure.fail(undefined);', /type 'never'/],
    ['void poster.req("x");', /does not exist/],
    ['void client.weak().req("x");', /does not exist/],
    ['new Client();', /private/],
    ['new Server();', /private/],
    ['new ReplyContext();', /private/],
    ['new PostClient();', /private/],
    ['connect();', /Expected 1-2 arguments/],
    ['connect(5);', /not assignable/],
    ['connect({});', /not assignable/],
    ['void client.req("x", { timeOut: 5 });', /timeOut/],
    ['channel({ capacity: "3" });', /not assignable/],
    ['isUmpError(0, "Gone");', /not assignable/],
    ['client.closed = client.closed;', /read-only/],
    ['await there.req.each((n) => String(n));', /a function cannot be sent: pass callback\(fn\)/],
    [
      'await there.req.bare((n) => String(n));',
      /a function cannot be sent: declare a Callback, and pass callback\(fn\)/,
    ],
    [
      'const fn: () => number = await there.req.gives();',
      /Type 'FunctionCannotBeSent' is not assignable/,
    ],
    ['await there.req.each(callback((n) => n));', /number' is not assignable to type 'string/],
    ['remoteObject(() => 1);', /not assignable/],
  ])('%s', (body, why) => {
    const errors = compile(body);
    expect(errors.join('\n')).toMatch(why);
  });
});

/** Every `any` in a declaration file, said or implied. */
function anys(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const implied =
      (ts.isParameter(node) || ts.isPropertyDeclaration(node) || ts.isPropertySignature(node)) &&
      node.type === undefined &&
      !(ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(isPrivate) === true) &&
      !ts.isPrivateIdentifier(node.name);
    if (implied || node.kind === ts.SyntaxKind.AnyKeyword) found.push(node.parent.getText(source));
    ts.forEachChild(node, visit);
  };
  const isPrivate = ({ kind }: ts.ModifierLike): boolean => kind === ts.SyntaxKind.PrivateKeyword;
  visit(source);
  return found;
}

const parse = (name: string, text: string): ts.SourceFile =>
  ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);

const declarations = readdirSync(dist).filter((file) => /\.d\.c?ts$/.test(file));

test('there are declarations for import and for require', () => {
  expect(declarations).toEqual(expect.arrayContaining(['index.d.ts', 'index.d.cts']));
});

test.each(declarations)('%s holds no any', (file) => {
  expect(anys(parse(file, ts.sys.readFile(dist + file)!))).toEqual([]);
});

test('an any would be found', () => {
  const text = 'export declare function f(a, b: any): { c; d: Promise<any> }';
  expect(anys(parse('any.d.ts', text))).toHaveLength(4);
});
