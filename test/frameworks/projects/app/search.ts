import { remote, spawnWorker } from 'ump-ng/actors';
import type { Search, Searcher } from './search.worker';

export const startWorker = () =>
  spawnWorker<Search>(
    new Worker(new URL('./search.worker.ts', import.meta.url), { type: 'module' }),
  );

let worker: ReturnType<typeof startWorker> | undefined;

/** The methods of the app's worker, which starts with the first call. */
export function search(): Searcher {
  worker ??= startWorker();
  return remote(worker);
}

// Vite's development server would go on with the old worker beside a new one.
import.meta.hot?.accept(() => location.reload());
