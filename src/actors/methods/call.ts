/** Messages that call a method of an actor. */
import type { PortLike } from '../../core/internal.js';
import { MethodNotFound } from '../handlers/handler.js';

export type Method = (...args: never[]) => unknown;
export type Methods = Record<string, Method>;

/**
 * A message that calls one of the methods `M`. `sink` is the port of a PostClient that receives the
 * items of a stream.
 */
export type Call<M> = {
  [K in keyof M & string]: M[K] extends Method
    ? [name: K, args: Parameters<M[K]>, sink?: PortLike]
    : never;
}[keyof M & string];

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

export const isNeverRemote = (name: string): boolean => NEVER_REMOTE.has(name);

interface AnyCall {
  readonly name: string;
  readonly args: never[];
  readonly port: PortLike | undefined;
}

/** Throws MethodNotFound if the message is not a call. */
export function callOf(msg: unknown): AnyCall {
  const [name, args, port] = (Array.isArray(msg) ? msg : []) as unknown[];
  if (typeof name !== 'string' || !Array.isArray(args)) {
    throw new MethodNotFound('this actor takes calls of its methods: use remote()');
  }
  return { name, args: args as never[], port: port as PortLike | undefined };
}

/** Throws MethodNotFound unless `name` is an own property: inherited ones are not remote. */
export function methodOf(methods: Methods, name: string): Method {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (typeof method !== 'function') throw new MethodNotFound(`this actor has no method ${name}`);
  return method;
}
