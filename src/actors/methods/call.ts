/** The messages of an actor by methods. */
import type { PortLike } from '../../core/internal.js';
import { Refusal } from '../handlers/handler.js';

export type Method = (...args: never[]) => unknown;
export type Methods = Record<string, Method>;

/**
 * The message that calls one of these methods. `sink`: where the items of a stream go, a
 * PostClient's port.
 */
export type Call<M> = {
  [K in keyof M & string]: M[K] extends Method
    ? [name: K, args: Parameters<M[K]>, sink?: PortLike]
    : never;
}[keyof M & string];

/**
 * Names that the language and common tools call on any object: `await`, `JSON.stringify()`,
 * template strings, loggers, and test runners that compare. A call of theirs must not reach the
 * actor.
 */
const NEVER_REMOTE: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  'then',
  'toJSON',
  'inspect',
  'asymmetricMatch',
]);

export const isNeverRemote = (name: string): boolean => NEVER_REMOTE.has(name);

interface AnyCall {
  readonly name: string;
  readonly args: never[];
  readonly port: PortLike | undefined;
}

/** Refuses a message that is none. */
export function callOf(msg: unknown): AnyCall {
  const [name, args, port] = (Array.isArray(msg) ? msg : []) as unknown[];
  if (typeof name !== 'string' || !Array.isArray(args)) {
    throw new Refusal('this actor takes calls of its methods: use remote()');
  }
  return { name, args: args as never[], port: port as PortLike | undefined };
}

/** Refuses a name that is not among them; what they inherit is nobody's business. */
export function methodOf(methods: Methods, name: string): Method {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (typeof method !== 'function') throw new Refusal(`this actor has no method ${name}`);
  return method;
}
