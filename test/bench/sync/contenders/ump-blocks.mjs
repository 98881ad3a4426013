// ump-ng, its server blocks as well.
import { listen } from 'ump-ng';
import { waitSync } from 'ump-ng/sync';
import { openClient } from './ump-client.mjs';

export const open = (options) => openClient('ump-blocks', options);

export function serve(options) {
  const server = listen();
  for (;;) {
    const { msg, rctx } = waitSync(server, options);
    rctx.reply(msg);
  }
}
