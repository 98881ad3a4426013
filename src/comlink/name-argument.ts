import type { UmpError } from '../core/internal.js';
import { SET, type Operation } from './operations.js';

/** The place of the first argument in a message: see LinkCall. */
const FIRST = 4;

/** Names the argument, in place of its place in the message, in a DataClone error of a call. */
export function nameArgument(error: UmpError, operation: Operation, path: readonly string[]): void {
  const { message, stack } = error;
  const name = path.join('.');
  error.message = message.replace(/^value\[(\d+)\](\.?)/, (_all, at: string, dot: string) => {
    const argument = `argument ${String(Number(at) - FIRST + 1)} of ${name}()`;
    return (operation === SET ? `the value of ${name}` : argument) + dot.replace('.', ': ');
  });
  // The engine has put the old message at its beginning.
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
}
