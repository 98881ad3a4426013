/** An actor that doubles. */
import { serveWorker } from 'ump-ng/actors';

void serveWorker(() => ({
  req: (msg: number, rctx: { reply(value: number): boolean }) => {
    rctx.reply(2 * msg);
  },
}));
