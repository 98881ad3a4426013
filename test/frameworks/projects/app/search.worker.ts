import { actor, serveWorker, type Remote } from 'ump-ng/actors';
import { find, given } from './find';

const searcher = actor({
  find(text: string) {
    return find(text, this.signal);
  },
  count: (list: string[]) => list.length,
  given: () => given,
});
const served = serveWorker(() => searcher, { concurrency: 10 });
export type Search = typeof served;
export type Searcher = Remote<typeof searcher>;
