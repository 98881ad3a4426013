/** What runs in each place of a web rig: it plays the roles that it is given. */
import type { ListenOptions } from 'ump-ng';
import { play, type Pipe } from '../tasks.js';

export function playIn(pipe: Pipe, exit: () => void, listening: ListenOptions = {}): void {
  // Of these threads only those of Bun end when nothing keeps them running, and they would be kept by the pipe.
  const leave = 'Bun' in globalThis ? exit : (): void => undefined;
  play(pipe, { endpoint: undefined, listening, leave, exit, own: () => undefined });
  // A thread whose death could not be seen yet would make the cases about deaths a matter of luck: locks
  // are granted in turn, so the package has its own by now.
  const up = (): void => {
    pipe.send('up', []);
  };
  const { locks } = navigator as Partial<Navigator>;
  if (locks === undefined) up();
  else locks.request('up', { mode: 'shared' }, up).catch(up);
}
