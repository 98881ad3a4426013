/** A frame that says hello to a page of its own origin. */
import { listen } from 'ump-ng';

for await (const message of listen(undefined, { allowedOrigins: [location.origin] })) {
  if (message.type === 'request') message.rctx.reply('hello, page');
}
