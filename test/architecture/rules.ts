import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Files by their path from the project's root, with their text. */
export type Sources = ReadonlyMap<string, string>;

interface Edge {
  from: string;
  to: string;
}

/**
 * What each file or folder may import; the entry with the longest path applies to a file. `import
 * type` is free, because it does not exist when the code runs. A folder lists itself where its
 * files may import one another.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'src/index.ts': ['src/connect.ts', 'src/core'],
  'src/connect.ts': ['#endpoints', 'src/core'],
  'src/package-imports.d.ts': [],

  'src/platform/driver.ts': ['src/node/driver.ts', 'src/web/driver.ts'],
  'src/platform/endpoints.ts': ['src/node/endpoint.ts', 'src/web/endpoint.ts'],

  'src/core/package-imports.d.ts': [],
  'src/core/errors.ts': [],
  'src/core/options.ts': ['src/core/errors.ts'],
  'src/core/support': ['src/core/support', 'src/core/errors.ts'],
  'src/core/protocol/frames.ts': [],
  'src/core/protocol/validate.ts': ['src/core/protocol/frames.ts'],
  'src/core/protocol': ['src/core/protocol', 'src/core/support', 'src/core/errors.ts'],
  'src/core/transport/driver.ts': ['#platform', 'src/core/support', 'src/core/errors.ts'],
  'src/core/transport': [
    'src/core/transport',
    'src/core/protocol',
    'src/core/support',
    'src/core/errors.ts',
  ],
  'src/core/client': [
    'src/core/client',
    'src/core/transport',
    'src/core/protocol',
    'src/core/support',
    'src/core/errors.ts',
    'src/core/options.ts',
  ],
  'src/core/reply': [
    'src/core/reply',
    'src/core/transport',
    'src/core/protocol',
    'src/core/support',
    'src/core/errors.ts',
  ],
  'src/core/server': [
    'src/core/server',
    'src/core/client/client.ts',
    'src/core/client/session.ts',
    'src/core/reply',
    'src/core/transport',
    'src/core/protocol',
    'src/core/support',
    'src/core/errors.ts',
    'src/core/options.ts',
  ],
  'src/core/connect': [
    'src/core/connect',
    'src/core/client',
    'src/core/server',
    'src/core/transport',
    'src/core/protocol',
    'src/core/support',
    'src/core/errors.ts',
    'src/core/options.ts',
  ],
  'src/core/channel.ts': [
    'src/core/client',
    'src/core/server',
    'src/core/transport',
    'src/core/protocol',
    'src/core/options.ts',
  ],
  'src/core/internal.ts': ['src/core'],

  'src/node': [
    'src/node',
    'src/core/connect/endpoint.ts',
    'src/core/transport',
    'src/core/protocol',
    'src/core/support',
  ],
  'src/web': [
    'src/web',
    'src/core/connect/endpoint.ts',
    'src/core/transport',
    'src/core/protocol',
    'src/core/support',
    'src/core/errors.ts',
  ],
  'src/sync/blocking-call.ts': ['#blocker', 'src/core/internal.ts'],
  'src/sync': ['src/sync', 'src/core/internal.ts', 'src/node'],
  'src/actors': ['src/actors', 'src/core/internal.ts', 'src/connect.ts'],
};

/** The files that may do something when they are imported, and why. */
const RUNS_AT_IMPORT: readonly string[] = [
  // Gives UmpError its name and its brand.
  'src/core/errors.ts',
  // Requests the lock by which others watch this agent.
  'src/web/liveness.ts',
  // A page may connect before the worker calls listen().
  'src/web/shared-worker.ts',
];

/** The files that may have variables of their own beside perThread(), and why. */
const KEEPS_STATE: readonly string[] = [
  // Numbers the pieces of state.
  'src/core/support/per-thread.ts',
];

const MAX_LINES = 300;

/** Everything in these files that breaks the architecture, in words. */
export function violations(sources: Sources): string[] {
  const edges = [...sources].flatMap(([file, text]) => imports(file, text));
  return [
    ...[...sources.keys()].filter((file) => ruleFor(file) === undefined).map(noRule),
    ...edges.filter((edge) => !isAllowed(edge)).map(({ from, to }) => `${from} imports ${to}`),
    ...edges.filter(isOwnIndex).map(({ from }) => `${from} imports the index of its own folder`),
    ...cycles(edges),
    ...[...sources].flatMap(([file, text]) => tooLong(file, text)),
    ...[...sources].flatMap(([file, text]) => topLevel(file, text)),
  ];
}

const noRule = (file: string): string => `no rule says what ${file} may import`;

const isIn = (file: string, place: string): boolean =>
  file === place || file.startsWith(`${place}/`);

function ruleFor(file: string): readonly string[] | undefined {
  const places = Object.keys(ALLOWED).filter((place) => isIn(file, place));
  const [longest] = places.sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : ALLOWED[longest];
}

const isAllowed = ({ from, to }: Edge): boolean =>
  ruleFor(from)?.some((place) => isIn(to, place)) ?? true;

const isOwnIndex = ({ from, to }: Edge): boolean =>
  to === path.posix.join(path.posix.dirname(from), 'index.ts');

/**
 * A module neither runs code when it is imported, nor keeps state that all threads of one process
 * would share: a bundler may leave it out, and a simulator may run several threads.
 */
function topLevel(file: string, text: string): string[] {
  const found: string[] = [];
  for (const statement of ts.createSourceFile(file, text, ts.ScriptTarget.Latest).statements) {
    if (ts.isVariableStatement(statement)) {
      const { declarations, flags } = statement.declarationList;
      const isConst = (flags & ts.NodeFlags.Const) !== 0;
      const keeps = declarations.some((each) => (isConst ? isMutable(each) : !isFriend(each)));
      if (keeps && !KEEPS_STATE.includes(file)) found.push(`${file} keeps state of its own`);
    } else if (!isDeclaration(statement) && !RUNS_AT_IMPORT.includes(file)) {
      found.push(`${file} runs code when it is imported`);
    }
  }
  return found;
}

const isDeclaration = (statement: ts.Statement): boolean =>
  ts.isImportDeclaration(statement) ||
  ts.isExportDeclaration(statement) ||
  ts.isFunctionDeclaration(statement) ||
  ts.isClassDeclaration(statement) ||
  ts.isInterfaceDeclaration(statement) ||
  ts.isTypeAliasDeclaration(statement) ||
  ts.isModuleDeclaration(statement);

/** An empty collection, which is there to be filled. */
const isMutable = ({ initializer }: ts.VariableDeclaration): boolean =>
  initializer !== undefined &&
  ts.isNewExpression(initializer) &&
  /^(Weak)?(Map|Set)$/.test((initializer.expression as ts.Identifier).text) &&
  (initializer.arguments ?? []).length === 0;

/** A function that a class assigns in its static block, to let one other file see its fields. */
const isFriend = ({ type, initializer }: ts.VariableDeclaration): boolean =>
  initializer === undefined && type !== undefined && ts.isFunctionTypeNode(type);

function tooLong(file: string, text: string): string[] {
  const lines = text.trimEnd().split('\n').length;
  return lines > MAX_LINES ? [`over ${MAX_LINES} lines: ${file} has ${lines}`] : [];
}

/** Between files, and between the folders of the actors. */
function cycles(edges: readonly Edge[]): string[] {
  return [
    ...cyclesIn('import', edges.flatMap(withTargets)),
    ...cyclesIn('folder', edges.flatMap(betweenFolders)),
  ];
}

/** What a name such as `#platform` may lead to, by the conditions of package.json. */
const withTargets = ({ from, to }: Edge): Edge[] =>
  to.startsWith('#')
    ? targets(manifest.imports[to]).map((file) => ({ from, to: file }))
    : [{ from, to }];

type Target = string | { readonly [condition: string]: Target };

const manifest = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { imports: Readonly<Record<string, Target>> };

const targets = (target: Target = {}): string[] =>
  typeof target === 'string'
    ? [target.replace(/^\.\/dist\//, 'src/').replace(/\.c?js$/, '.ts')]
    : Object.values(target).flatMap((each) => targets(each));

/** What connects two different folders of the actors. */
function betweenFolders({ from, to }: Edge): Edge[] {
  const [a, b] = [from, to].map((file) => /^src\/actors\/[^/]+(?=\/)/.exec(file)?.[0]);
  return a === undefined || b === undefined || a === b ? [] : [{ from: a, to: b }];
}

function cyclesIn(kind: string, edges: readonly Edge[]): string[] {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    targets.set(from, (targets.get(from) ?? new Set()).add(to));
  }
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (node: string, trail: readonly string[]): void => {
    if (trail.includes(node)) {
      found.push(`${kind} cycle: ${[...trail.slice(trail.indexOf(node)), node].join(' -> ')}`);
    } else if (!finished.has(node)) {
      for (const to of targets.get(node) ?? []) visit(to, [...trail, node]);
      finished.add(node);
    }
  };
  for (const from of targets.keys()) visit(from, []);
  return found;
}

/** What a file imports when it runs: statements, re-exports and `import()`, but no types. */
function imports(from: string, text: string): Edge[] {
  const edges: Edge[] = [];
  const add = (specifier: ts.Node | undefined): void => {
    if (specifier && ts.isStringLiteralLike(specifier)) {
      edges.push({ from, to: resolve(from, specifier.text) });
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      if (node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword) add(node.moduleSpecifier);
    } else if (ts.isExportDeclaration(node)) {
      if (!node.isTypeOnly) add(node.moduleSpecifier);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(from, text, ts.ScriptTarget.Latest));
  return edges;
}

const resolve = (from: string, specifier: string): string =>
  specifier.startsWith('.')
    ? path.posix.join(path.posix.dirname(from), specifier).replace(/\.js$/, '.ts')
    : specifier;
