import { listen } from 'ump-ng';

for await (const message of listen<never, number, number, string>()) {
  if (message.msg < 0) message.rctx.fail('negative');
  else message.rctx.reply(2 * message.msg);
}
