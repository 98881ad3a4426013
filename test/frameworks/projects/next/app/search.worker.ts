import { actor, serveWorker, type Remote } from 'ump-ng/actors';

const words = ['port', 'portal', 'post', 'reply', 'report'];

const searcher = actor({
  find: (text: string) => words.filter((word) => word.includes(text)),
});
const served = serveWorker(() => searcher);
export type Search = typeof served;
export type Searcher = Remote<typeof searcher>;
