/**
 * Names that the language and common tools call on any object: `await`, `JSON.stringify()`,
 * template strings, loggers, and test runners that compare. These calls must not reach the actor.
 */
const NEVER_REMOTE: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  'then',
  'toJSON',
  'inspect',
  'asymmetricMatch',
]);

/** At the caller a function stands for a nested object, so these are the function's own. */
const OF_FUNCTIONS: ReadonlySet<string> = new Set(['apply', 'bind', 'call']);

export const isNeverRemote = (name: string): boolean => NEVER_REMOTE.has(name);

/** For the names in nested objects. */
export const isNeverRemoteNested = (name: string): boolean =>
  NEVER_REMOTE.has(name) || OF_FUNCTIONS.has(name);
