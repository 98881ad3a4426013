/**
 * A frame, a window or a worker that runs functions, which arrive as text and get the
 * package as an argument. After `#` its address names the origin that may send them.
 */
import * as ump from 'ump-ng';
import * as comlink from 'ump-ng/comlink';
// Not used here; it must be possible to import it in any page.
import 'ump-ng/actors';
import 'ump-ng/sync';

type Told = (lib: object, arg: unknown) => unknown;

const lib = { ...ump, comlink };

const inWorker = typeof document === 'undefined';
const boss = inWorker ? (globalThis as unknown as Worker) : ((opener as Window | null) ?? parent);
const bossOrigin = decodeURIComponent(location.hash.slice(1));
const say = (message: unknown): void => {
  if (inWorker) (boss as Worker).postMessage(message);
  else (boss as Window).postMessage(message, bossOrigin);
};

addEventListener('message', ({ data, source, ports }: MessageEvent) => {
  if ((!inWorker && source !== boss) || typeof data !== 'object' || !('told' in data)) return;
  const { told, arg, id } = data as { told: string; arg: unknown; id: number };
  // Running functions from text is the purpose of this script.
  const run = (0, eval)(`(${told})`) as Told;
  void Promise.resolve()
    .then(() => run(lib, ports.length > 0 ? ports[0] : arg))
    .then(
      (value) => {
        say({ id, value });
      },
      (error: unknown) => {
        say({ id, error: String(error) });
      },
    );
});
// Its death can be noticed from now on: locks are granted in order.
const up = (): void => {
  say({ id: 0, value: 'up' });
};
const { locks } = navigator as Partial<Navigator>;
if (locks === undefined) up();
else locks.request('up', { mode: 'shared' }, up).catch(up);
