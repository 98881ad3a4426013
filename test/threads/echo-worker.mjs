/** A server that stays, and echoes. */
import { listen } from 'ump-ng';

for await (const message of listen(undefined, { keepAlive: true })) message.rctx.reply(message.msg);
