// The actor of retained-by-actors.mjs in a thread.
import { serveWorker } from 'ump-ng/actors';

void serveWorker(() => ({
  req: (msg, rctx) => {
    if (msg === 'exit') process.exit();
    rctx.reply(msg);
  },
}));
