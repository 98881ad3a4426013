// ump-ng, its server read with `for await`.
import { listen } from 'ump-ng';
import { openClient } from './ump-client.mjs';

export const open = (options) => openClient('ump-awaits', options);

export async function serve() {
  for await (const { msg, rctx } of listen()) rctx.reply(msg);
}
