import path from 'node:path';
import ts from 'typescript';

/** Files by their path from the project's root, with their text. */
export type Sources = ReadonlyMap<string, string>;

interface Edge {
  from: string;
  to: string;
}

interface Rule {
  says: string;
  from: RegExp;
  /** What `from` must not import; `except` lists what it may all the same. */
  to: RegExp;
  except?: RegExp;
}

const ANYTHING = /^/;
const CLIENT = /^src\/core\/client[^/]*\.ts$/;
const SERVER_OR_REPLY = /^src\/core\/(server|reply)[^/]*\.ts$/;

/** Imports that never exist. `import type` is free. */
const RULES: readonly Rule[] = [
  { says: 'wire imports nothing', from: /^src\/core\/wire\.ts$/, to: ANYTHING },
  {
    says: 'errors imports only wire',
    from: /^src\/core\/errors\.ts$/,
    to: ANYTHING,
    except: /^src\/core\/wire\.ts$/,
  },
  {
    says: 'judge imports only wire',
    from: /^src\/core\/judge\.ts$/,
    to: ANYTHING,
    except: /^src\/core\/wire\.ts$/,
  },
  {
    says: 'core knows no other layer',
    from: /^src\/core\//,
    to: /^(src\/(web|node|sync|actors|index)\b|node:)/,
  },
  { says: 'web knows nothing of node', from: /^src\/web\//, to: /^(src\/node\/|node:)/ },
  { says: 'node knows nothing of web', from: /^src\/node\//, to: /^src\/web\// },
  { says: 'clients know no server', from: CLIENT, to: SERVER_OR_REPLY },
  { says: 'servers and replies know no client', from: SERVER_OR_REPLY, to: CLIENT },
  {
    says: 'only channel sees both ends',
    from: /^src\/core\/(?!channel\.ts$)/,
    to: /^src\/core\/channel\.ts$/,
  },
  {
    says: 'actors use the public classes',
    from: /^src\/actors\//,
    to: /^src\/core\/(wire|judge|link|port)\.ts$/,
  },
  { says: 'src knows no tests and no examples', from: /^src\//, to: /^(test|examples)\// },
];

const LONGEST_FILE = 300;

/** Everything in these files that breaks the architecture, in words. */
export function violations(sources: Sources): string[] {
  const edges = [...sources].flatMap(([file, text]) => imports(file, text));
  return [
    ...edges.flatMap((edge) => RULES.filter((rule) => breaks(edge, rule)).map(tell(edge))),
    ...edges
      .filter(isOwnIndex)
      .map(tell)
      .map((say) => say({ says: 'no file imports the index of its own folder' })),
    ...bothEnds(edges),
    ...cycles(edges),
    ...[...sources].flatMap(([file, text]) => tooLong(file, text)),
  ];
}

const tell =
  ({ from, to }: Edge) =>
  ({ says }: { says: string }) =>
    `${says}: ${from} -> ${to}`;

const breaks = ({ from, to }: Edge, rule: Rule) =>
  rule.from.test(from) && rule.to.test(to) && !rule.except?.test(to);

const isOwnIndex = ({ from, to }: Edge) =>
  to === path.posix.join(path.posix.dirname(from), 'index.ts');

/** A file that imports both a client and a server, other than channel.ts. */
function bothEnds(edges: readonly Edge[]): string[] {
  const importers = (end: RegExp) =>
    new Set(edges.filter(({ from, to }) => isCore(from) && end.test(to)).map(({ from }) => from));
  const servers = importers(SERVER_OR_REPLY);
  return [...importers(CLIENT)]
    .filter((file) => servers.has(file) && file !== 'src/core/channel.ts')
    .map((file) => `only channel sees both ends: ${file}`);
}

const isCore = (file: string) => file.startsWith('src/core/');

function tooLong(file: string, text: string): string[] {
  const lines = text.trimEnd().split('\n').length;
  return lines > LONGEST_FILE ? [`over ${LONGEST_FILE} lines: ${file} has ${lines}`] : [];
}

function cycles(edges: readonly Edge[]): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) {
      found.push(`import cycle: ${[...trail.slice(trail.indexOf(file)), file].join(' -> ')}`);
    } else if (!finished.has(file)) {
      for (const { from, to } of edges) if (from === file) visit(to, [...trail, file]);
      finished.add(file);
    }
  };
  for (const { from } of edges) visit(from, []);
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

const resolve = (from: string, specifier: string) =>
  specifier.startsWith('.')
    ? path.posix.join(path.posix.dirname(from), specifier).replace(/\.js$/, '.ts')
    : specifier;
