// The server: waits for messages until it has answered a request.
import { listen } from 'ump-ng';

/** @type {import('ump-ng').Server<string, string, string>} */
const server = listen();

for await (const message of server) {
  if (message.type === 'post') {
    console.log(`Server received the post '${message.msg}'`);
  } else {
    message.rctx.reply(`Hello, ${message.msg}!`);
    break;
  }
}
