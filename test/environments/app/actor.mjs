import { serveWorker } from 'ump-ng/actors';

void serveWorker(() => ({ req: (n, rctx) => void rctx.reply(2 * n) }));
