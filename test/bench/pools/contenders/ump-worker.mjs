import { serveWorker } from 'ump-ng/actors';
import { task } from '../tasks.mjs';

serveWorker(() => ({ req: (n, rctx) => void rctx.reply(task(n)) }));
