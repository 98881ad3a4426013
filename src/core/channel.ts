/**
 * A server and its first client in one agent, linked by a MessageChannel. docs/architecture.md
 * describes the path of one request between them.
 */
import { createClient, type Client } from './client/client.js';
import { Session } from './client/session.js';
import {
  checkCapacity,
  checkTransportOptions,
  checkTypes,
  type ChannelOptions,
} from './options.js';
import * as frames from './protocol/frames.js';
import { Mailbox } from './server/mailbox.js';
import { createServer, type Server } from './server/server.js';
import { createChannel, openTransport } from './transport/driver.js';

/**
 * Creates a server and its first client, linked, in this thread. Transfer either to another thread
 * with its `transfer()`.
 *
 * `P` is the type of posts, `S` of requests, `R` of replies, `E` of the application's own errors.
 *
 * ```ts
 * const { server, client } = channel<never, string, number>();
 * ```
 *
 * @throws UmpError `InvalidArgument` if an option is invalid, `NotSupported` where there is no
 * MessageChannel.
 */
export function channel<P = unknown, S = unknown, R = unknown, E = never>(
  options: ChannelOptions = {},
): { server: Server<P, S, R, E>; client: Client<P, S, R, E> } {
  checkTypes(channel, options, { onDropped: 'function' });
  const capacity = checkCapacity(channel, options.capacity);
  const transportOptions = checkTransportOptions(channel, options);
  const { onDropped } = options;
  const { port1, port2 } = createChannel(channel);
  const mailbox = new Mailbox(capacity, false, onDropped, transportOptions);
  mailbox.acceptClient(openTransport(port1), frames.STRONG);
  return {
    server: createServer(mailbox),
    client: createClient(
      new Session(openTransport(port2), { capacity, onDropped, transportOptions }).start(),
    ),
  };
}
