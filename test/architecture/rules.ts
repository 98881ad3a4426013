import { readFileSync } from 'node:fs';
import path from 'node:path';
import globals from 'globals';
import ts from 'typescript';
import { isType, namesDeclaredBy, sharedNames } from './names.js';

/** Files by their path from the project's root, with their text. */
export type Sources = ReadonlyMap<string, string>;

interface Edge {
  from: string;
  to: string;
}

/**
 * What each file or folder may import; the entry with the longest path applies to a file. `import
 * type` is free, because it does not exist when the code runs; but among the actors it counts, so
 * that their folders can be read one after another. A folder lists itself where its files may
 * import one another.
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
    'src/core/options.ts',
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
  'src/lanes': ['src/lanes', 'src/core/internal.ts'],
  'src/comlink': ['src/comlink', 'src/connect.ts', 'src/core/internal.ts'],
  'src/actors/index.ts': ['src/actors'],
  'src/actors/support': ['src/actors/support', 'src/core/internal.ts'],
  'src/actors/handlers': ['src/actors/handlers', 'src/actors/support', 'src/core/internal.ts'],
  'src/actors/proxies': ['src/actors/proxies', 'src/actors/support', 'src/core/internal.ts'],
  'src/actors/methods': [
    'src/actors/methods',
    'src/actors/handlers',
    'src/actors/proxies/stable-requester.ts',
    'src/actors/references',
    'src/actors/support',
    'src/core/internal.ts',
  ],
  'src/actors/references': [
    'src/actors/references',
    'src/actors/handlers',
    'src/actors/support',
    'src/core/internal.ts',
  ],
  'src/actors/registry': [
    'src/actors/registry',
    'src/actors/handlers',
    'src/actors/support',
    'src/core/internal.ts',
  ],
  'src/actors/threads': [
    'src/actors/threads',
    'src/actors/registry',
    'src/actors/methods',
    'src/actors/handlers',
    'src/actors/support',
    'src/core/internal.ts',
    'src/connect.ts',
  ],
  'src/actors/supervision': [
    'src/actors/supervision',
    'src/actors/threads',
    'src/actors/proxies',
    'src/actors/support',
    'src/core/internal.ts',
  ],
  'src/actors/pools': [
    'src/actors/pools',
    'src/actors/supervision',
    'src/actors/handlers/served.ts',
    'src/actors/proxies',
    'src/actors/support',
    'src/core/internal.ts',
  ],
};

/** The files that may do something when they are imported, and why. */
const RUNS_AT_IMPORT: readonly string[] = [
  // Gives UmpError its name and its brand.
  'src/core/errors.ts',
  // Requests the lock by which others watch this agent.
  'src/web/liveness.ts',
  // A page may connect before the worker calls listen().
  'src/web/shared-scope.ts',
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
    ...sharedNames(sources),
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
    for (const name of (isType(statement) ? [] : namesDeclaredBy(statement)).filter(isGlobalName)) {
      found.push(`${file} declares the global name ${name}`);
    }
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

/** Names of this package's users. */
const PUBLIC_NAMES = ['Client', 'stop'];

/**
 * A bundle of modules may be run as a classic script. There a variable or function of the module
 * takes the place of the global one of its name, which may be needed before it is set.
 */
const isGlobalName = (name: string): boolean =>
  !PUBLIC_NAMES.includes(name) &&
  [globals.browser, globals.worker, globals.serviceworker].some((names) => name in names);

const isDeclaration = (statement: ts.Statement): boolean =>
  ts.isImportDeclaration(statement) ||
  ts.isExportDeclaration(statement) ||
  ts.isFunctionDeclaration(statement) ||
  ts.isClassDeclaration(statement) ||
  isType(statement) ||
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
    ...cyclesIn('import', edges.flatMap(withPlatformFiles)),
    ...cyclesIn('folder', edges.flatMap(betweenFolders)),
  ];
}

/** The files that a name such as `#platform` stands for, by the conditions of package.json. */
const withPlatformFiles = ({ from, to }: Edge): Edge[] =>
  to.startsWith('#')
    ? platformFiles(manifest.imports[to]).map((file) => ({ from, to: file }))
    : [{ from, to }];

type Conditions = string | { readonly [condition: string]: Conditions };

const manifest = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { imports: Readonly<Record<string, Conditions>> };

const platformFiles = (conditions: Conditions = {}): string[] =>
  typeof conditions === 'string'
    ? [conditions.replace(/^\.\/dist\//, 'src/').replace(/\.c?js$/, '.ts')]
    : Object.values(conditions).flatMap((each) => platformFiles(each));

/** The folders of an import from one folder of the actors to another. */
function betweenFolders({ from, to }: Edge): Edge[] {
  const [a, b] = [from, to].map((file) => /^src\/actors\/[^/]+(?=\/)/.exec(file)?.[0]);
  return a === undefined || b === undefined || a === b ? [] : [{ from: a, to: b }];
}

function cyclesIn(kind: string, edges: readonly Edge[]): string[] {
  const imported = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    imported.set(from, (imported.get(from) ?? new Set()).add(to));
  }
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (node: string, trail: readonly string[]): void => {
    if (trail.includes(node)) {
      found.push(`${kind} cycle: ${[...trail.slice(trail.indexOf(node)), node].join(' -> ')}`);
    } else if (!finished.has(node)) {
      for (const to of imported.get(node) ?? []) visit(to, [...trail, node]);
      finished.add(node);
    }
  };
  for (const from of imported.keys()) visit(from, []);
  return found;
}

/**
 * What a file imports when it runs: statements, re-exports and `import()`. Types count only if both
 * files belong to the actors.
 */
function imports(from: string, text: string): Edge[] {
  const edges: Edge[] = [];
  const add = (specifier: ts.Node | undefined, isTypeOnly = false): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const to = resolve(from, specifier.text);
    const counts = !isTypeOnly || [from, to].every((file) => isIn(file, 'src/actors'));
    if (counts) edges.push({ from, to });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const isTypeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      add(node.moduleSpecifier, isTypeOnly);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly);
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
