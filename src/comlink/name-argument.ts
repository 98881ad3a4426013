import type { UmpError } from '../core/internal.js';
import { SET, type Operation } from './operations.js';

/** The place of the first argument in a message: see LinkCall. */
const FIRST = 4;

/** In a DataClone error of a call, replaces the index in the message by the argument that it is. */
export function nameArgument(error: UmpError, operation: Operation, path: readonly string[]): void {
  const { message, stack } = error;
  const name = path.join('.') || 'the remote';
  error.message = message.replace(/^value\[(\d+)\](\.?)/, (_all, at: string, dot: string) => {
    const argument = `argument ${String(Number(at) - FIRST + 1)} of ${name}()`;
    return (operation === SET ? `the value of ${name}` : argument) + dot.replace('.', ': ');
  });
  // The stack begins with the old message.
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
}
