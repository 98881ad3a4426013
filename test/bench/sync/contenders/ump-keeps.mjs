// For idle.mjs: answers what asks for it, and keeps the rest.
import { listen } from 'ump-ng';
import { waitSync } from 'ump-ng/sync';

export function serve() {
  const server = listen();
  const kept = [];
  for (;;) {
    const message = waitSync(server);
    if (message.msg === 'answer') message.rctx.reply();
    else kept.push(message);
  }
}
