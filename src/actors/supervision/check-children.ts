import { checkTimeout, isObject, type OnDropped, raise } from '../../core/internal.js';
import type { Children, ChildSpec, Start } from './child-spec.js';
import { starterOf } from './starter.js';

/** A child as it was declared, with the function that starts it. */
export interface CheckedSpec extends Pick<ChildSpec, 'restart' | 'shutdown'> {
  readonly start: Start;
}

const RESTARTS: readonly unknown[] = ['permanent', 'transient', 'temporary', undefined];

/** Returns the children by name. Throws `InvalidArgument` or `DataClone` if one is invalid. */
export function checkChildren(
  stackStartFn: unknown,
  children: Children,
  onDropped: OnDropped | undefined,
): [name: string, spec: CheckedSpec][] {
  const fail = (message: string): never => raise(stackStartFn, 'InvalidArgument', message);
  if (!isObject(children)) fail('children must be an object: of each child its name and `start`');
  return Object.entries(children).map(([name, spec]) => {
    if (!isObject(spec)) fail(`${name} must be an object with \`start\``);
    const { start, restart, shutdown } = spec;
    if (!RESTARTS.includes(restart)) {
      fail(`restart of ${name} must be 'permanent', 'transient' or 'temporary'`);
    }
    checkTimeout(stackStartFn, shutdown, `shutdown of ${name}`);
    const owner = { shutdown, onDropped };
    const starter = starterOf<Start>(stackStartFn, `start of ${name}`, start, spec, owner);
    return [name, { start: starter, restart, shutdown }];
  });
}
