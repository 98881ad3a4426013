/** An actor that doubles numbers, and tells what it was started with. */
import { serveWorker } from 'ump-ng/actors';

const scope = globalThis as { readonly name?: string };

void serveWorker((init: unknown) => ({
  req: (msg: number | 'init' | 'name', rctx: { reply(value: unknown): boolean }) => {
    rctx.reply(msg === 'init' ? init : msg === 'name' ? scope.name : 2 * msg);
  },
}));
