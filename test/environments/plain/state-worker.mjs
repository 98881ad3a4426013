// The thread of state.mjs.
import { actor, serveWorker } from 'ump-ng/actors';

serveWorker(() => actor({ req: { add: (a, b) => a + b } }));
