/**
 * One request's way:
 *
 *   client.req(msg)                            the caller's promise settles
 *        │ client.ts, client-line.ts                 ▲ client-line.ts, pending.ts
 *        ▼                                           │
 *   [REQ, id, msg]         wire.ts             [REPLY, id, value]
 *        │ link ═══ MessagePort ═══► link            ▲ link ◄═══ MessagePort ═══ link
 *        ▼                                           │
 *   server-line.ts → mailbox.ts → your loop → rctx.reply(value)
 *                    (the queue)  (server.ts)  (reply.ts)
 *
 * This is the only file that sees both ends.
 */
import { clientOver, type Client } from './client.js';
import { ClientLine } from './client-line.js';
import { linkOver, newChannel } from './link.js';
import { Mailbox } from './mailbox.js';
import { checkCapacity, checkTypes, type ChannelOptions } from './options.js';
import { serverOver, setMakers, type Server } from './server.js';
import * as wire from './wire.js';

setMakers({
  client: (port, mailbox) =>
    clientOver(new ClientLine(linkOver(port), mailbox.capacity, mailbox.onDropped)),
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
  const { port1, port2 } = newChannel(channel);
  const mailbox = new Mailbox(capacity, false, onDropped);
  mailbox.accept(linkOver(port1), wire.STRONG);
  return {
    server: serverOver(mailbox),
    client: clientOver(new ClientLine(linkOver(port2), capacity, onDropped)),
  };
}
