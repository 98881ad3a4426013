/** The handles of the scenarios, and how to make them. */
import { Client, channel, type MsgType, type ReplyContext, type Server } from 'ump-ng';
import type { Transcript } from './transcript.js';

export type Message = MsgType<unknown, unknown, unknown, unknown>;
export type AnyServer = Server<unknown, unknown, unknown, unknown>;
export type AnyClient = Client<unknown, unknown, unknown, unknown>;
export type Context = ReplyContext<unknown, unknown>;

export type Scenario = (t: Transcript) => Promise<void>;

/** A server, and a client of it on a connection that the transcript records. */
export async function pair(
  t: Transcript,
  capacity?: number,
): Promise<{ server: AnyServer; client: AnyClient }> {
  const { server, client: first } = channel<unknown, unknown, unknown, unknown>({ capacity });
  const [near, far] = t.connection('client', 'server');
  let client!: AnyClient;
  await t.step('a client is accepted', async () => {
    server.accept(far);
    client = Client.from(near);
    await client.connected;
    first.close();
  });
  return { server, client };
}

export async function context(server: AnyServer): Promise<Context> {
  const message: Message = await server.wait();
  if (message.type !== 'request') throw new Error('expected a request');
  return message.rctx;
}

/** Sends a request, and ignores its outcome. */
export function ask(client: AnyClient, msg: unknown, signal?: AbortSignal): void {
  void client.tryReq(msg, { signal });
}
