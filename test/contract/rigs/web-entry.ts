/** Runs roles in a worker or frame of a web rig. */
import type { ListenOptions } from 'ump-ng';
import { setLane, type LaneName } from '../lane-of-rig.js';
import { runRoles, type Pipe } from '../role-runner.js';

/** The address of the script may say which lane its clients and servers use: `?packed`. */
export function runRolesIn(pipe: Pipe, exit: () => void, listening: ListenOptions = {}): void {
  const { search = '' } = (globalThis as { location?: Partial<Location> }).location ?? {};
  setLane((search.slice(1) || undefined) as LaneName | undefined);
  // Only Bun's threads end when nothing keeps them alive, and the pipe would keep them alive.
  const leave = 'Bun' in globalThis ? exit : (): void => undefined;
  runRoles(pipe, { endpoint: undefined, listening, leave, exit, own: () => undefined });
  // The cases about deaths need a thread whose death can be noticed. Locks are granted in order, so
  // once this lock is granted, the package has its own.
  const up = (): void => {
    pipe.send('up', []);
  };
  const { locks } = navigator as Partial<Navigator>;
  if (locks === undefined) up();
  else locks.request('up', { mode: 'shared' }, up).catch(up);
}
