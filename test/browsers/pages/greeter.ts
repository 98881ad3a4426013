/**
 * A frame or a window that says hello to a page of its own origin, or of the one that its address
 * names.
 */
import { listen } from 'ump-ng';

const named = decodeURIComponent(location.hash.slice(1));
const allowedOrigins = [named === '' ? location.origin : named];

for await (const message of listen(undefined, { allowedOrigins })) {
  if (message.type === 'request') message.rctx.reply('hello, page');
}
