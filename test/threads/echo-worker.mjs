/** An echo server with keepAlive. */
import { listen } from 'ump-ng';

for await (const message of listen(undefined, { keepAlive: true })) message.rctx.reply(message.msg);
