// A worker of the pool. It can be made to die, or to compute without end.
import { serveWorker } from 'ump-ng/actors';
import { die } from '../surroundings.mjs';

serveWorker({
  square: (n) => n * n,
  crash: die,
  hang() {
    for (;;);
  },
});
