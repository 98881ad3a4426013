/** The classes of Errors that keep their class across threads. */
import { raise } from '../errors.js';
import { perThread } from '../support/per-thread.js';

/** A class of Errors. Its constructor is not called for an Error that arrives. */
export type ErrorClass = abstract new (...args: never[]) => Error;

interface ErrorClasses {
  /** This is read for each message, and a size of a Map takes longer to read. */
  isEmpty: boolean;
  readonly byName: Map<string, ErrorClass>;
  readonly names: Map<object, string>;
}

const errorClasses = perThread<ErrorClasses>(() => ({
  isEmpty: true,
  byName: new Map(),
  names: new Map(),
}));

/**
 * Makes Errors of a class arrive as that class: as values, as `appError`, as `cause`, and at any
 * depth of a value. Both threads must register the class, under the same name; a thread that has
 * not gets an `Error` with the same name, message, stack, cause and own fields.
 *
 * The constructor is not called for an Error that arrives: its own fields are copied, and private
 * `#fields` are missing. An Error of a class that extends a registered one arrives as the nearest
 * registered class. Once a class is registered, all values that this thread sends are searched for
 * Errors at every depth, which takes time in proportion to their size.
 *
 * ```ts
 * export class HttpError extends Error {
 *   constructor(readonly status: number) {
 *     super(`status ${status}`);
 *   }
 * }
 * registerErrorClass(HttpError, 'HttpError');
 * ```
 *
 * @param name default the class's own name, which a minifier may have changed in one of the threads
 * @throws UmpError `InvalidArgument` if it is no class of Errors, if there is no name, or if this
 * name belongs to another class.
 */
export function registerErrorClass(errorClass: ErrorClass, name?: string): void {
  const prototype = (errorClass as { prototype?: unknown } | undefined)?.prototype;
  if (!(prototype instanceof Error)) {
    raise(registerErrorClass, 'InvalidArgument', 'registerErrorClass() takes a class of Errors');
  }
  const chosen: unknown = name ?? errorClass.name;
  if (typeof chosen !== 'string' || chosen === '') {
    raise(registerErrorClass, 'InvalidArgument', 'a registered class of Errors needs a name');
  }
  const classes = errorClasses();
  const { byName, names } = classes;
  if ((byName.get(chosen) ?? errorClass) !== errorClass) {
    raise(registerErrorClass, 'InvalidArgument', `another class is registered as ${chosen}`);
  }
  classes.isEmpty = false;
  byName.set(chosen, errorClass);
  names.set(prototype, chosen);
}

/** Whether values are searched for Errors at every depth. */
export const areErrorClassesRegistered = (): boolean => !errorClasses().isEmpty;

export const registeredClass = (name: unknown): ErrorClass | undefined =>
  typeof name === 'string' ? errorClasses().byName.get(name) : undefined;

/** The name of the nearest registered class of an Error. */
export function registeredName(error: Error): string | undefined {
  const { names } = errorClasses();
  if (names.size === 0) return undefined;
  let prototype = Object.getPrototypeOf(error) as object | null;
  while (prototype !== null && !names.has(prototype)) {
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return prototype === null ? undefined : names.get(prototype);
}
