import { useEffect, useState } from 'react';
import { remote } from 'ump-ng/actors';
import { startWorker } from './search';
import type { Searcher } from './search.worker';

/** The methods of a worker that lives as long as the component; undefined until it is started. */
export function useSearcher(): Searcher | undefined {
  const [searcher, setSearcher] = useState<Searcher>();

  useEffect(() => {
    const worker = startWorker();
    setSearcher(remote(worker));
    return () => {
      worker.kill();
      setSearcher(undefined);
    };
  }, []);

  return searcher;
}
