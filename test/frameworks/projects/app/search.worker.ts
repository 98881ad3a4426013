import { actor, serveWorker, type Remote } from 'ump-ng/actors';
import { endless, find, given } from './find';

const searcher = actor({
  find(text: string) {
    return find(text, this.signal);
  },
  count: (list: string[]) => list.length,
  counts: () => ({ endless, given }),
});
const served = serveWorker(() => searcher, { concurrency: 10 });
export type Search = typeof served;
export type Searcher = Remote<typeof searcher>;
