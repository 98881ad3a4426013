import ts from 'typescript';

/** The names that several files may declare at their top level, and why. */
const MAY_BE_SHARED: Readonly<Record<string, string>> = {
  createDriver: 'the implementations behind #platform',
  deliverArrived: 'a method of Driver: its implementations, and the function that calls it',
  endpointToConnect: 'the implementations behind #endpoints',
  endpointToListen: 'the implementations behind #endpoints',
  createBlocker: 'the implementations behind #blocker',
  Endpoint: "what users pass to connect(), and to Comlink's wrap(): each has the name of its API",
  Remote: "public in ump-ng/actors, and in ump-ng/comlink, which has Comlink's names",
  RemoteObject: "public in ump-ng/actors, and in ump-ng/comlink, which has Comlink's names",
};

/**
 * Names that are declared at the top level of several files. One name has one meaning, and what two
 * files need is imported by both.
 */
export function sharedNames(sources: ReadonlyMap<string, string>): string[] {
  const declaredIn = new Map<string, Set<string>>();
  for (const [file, text] of sources) {
    for (const statement of ts.createSourceFile(file, text, ts.ScriptTarget.Latest).statements) {
      for (const name of namesDeclaredBy(statement)) {
        declaredIn.set(name, (declaredIn.get(name) ?? new Set()).add(file));
      }
    }
  }
  return [...declaredIn]
    .filter(([name, files]) => files.size > 1 && !Object.hasOwn(MAY_BE_SHARED, name))
    .map(([name, files]) => `${name} is declared in ${[...files].join(' and ')}`);
}

export const isType = (statement: ts.Statement): boolean =>
  ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);

/** The names of the variables, functions, classes and types that a statement declares. */
export function namesDeclaredBy(statement: ts.Statement): string[] {
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  ) {
    return statement.name === undefined ? [] : [statement.name.text];
  }
  if (!ts.isVariableStatement(statement)) return [];
  const names: string[] = [];
  const add = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.push(name.text);
    else
      name.elements.forEach((each) => {
        if (!ts.isOmittedExpression(each)) add(each.name);
      });
  };
  for (const { name } of statement.declarationList.declarations) add(name);
  return names;
}
