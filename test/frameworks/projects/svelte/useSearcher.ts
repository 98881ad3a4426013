import { onDestroy } from 'svelte';
import { remote } from 'ump-ng/actors';
import { startWorker } from './search';
import type { Searcher } from './search.worker';

/** The methods of a worker that lives as long as the component. */
export function useSearcher(): Searcher {
  const worker = startWorker();
  onDestroy(() => worker.kill());
  return remote(worker);
}
