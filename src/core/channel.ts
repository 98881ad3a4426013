/**
 * One request's way:
 *
 *   client.req(msg)                            the caller's promise settles
 *        │ client.ts, client-line.ts                 ▲ client-line.ts, pending.ts
 *        ▼                                           │
 *   [REQ, id, msg]         frames.ts             [REPLY, id, value]
 *        │ link ═══ MessagePort ═══► link            ▲ link ◄═══ MessagePort ═══ link
 *        ▼                                           │
 *   server-line.ts → mailbox.ts → your loop → rctx.reply(value)
 *                    (the queue)  (server.ts)  (reply.ts)
 *
 * This is the only file that sees both ends.
 */
import { createClient, type Client } from './client/client.js';
import { Session } from './client/session.js';
import { openTransport, createChannel } from './transport/driver.js';
import { Mailbox } from './server/mailbox.js';
import { checkCapacity, checkTypes, type ChannelOptions } from './options.js';
import { createServer, setMakers, type Server } from './server/server.js';
import * as frames from './protocol/frames.js';

setMakers({
  client: (port, mailbox) =>
    createClient(
      new Session(openTransport(port), {
        capacity: mailbox.capacity,
        onDropped: mailbox.onDropped,
      }).start(),
    ),
  mailbox: () => new Mailbox(),
});

/**
 * A server and its first client, linked. Give either away to another thread with `transfer()`.
 *
 * `P` is what is posted, `S` what is requested, `R` what is replied, `E` the application's own
 * error.
 */
export function channel<P = unknown, S = unknown, R = unknown, E = never>(
  options: ChannelOptions = {},
): { server: Server<P, S, R, E>; client: Client<P, S, R, E> } {
  checkTypes(channel, options, { onDropped: 'function' });
  const capacity = checkCapacity(channel, options.capacity);
  const { onDropped } = options;
  const { port1, port2 } = createChannel(channel);
  const mailbox = new Mailbox(capacity, false, onDropped);
  mailbox.acceptClient(openTransport(port1), frames.STRONG);
  return {
    server: createServer(mailbox),
    client: createClient(new Session(openTransport(port2), { capacity, onDropped }).start()),
  };
}
