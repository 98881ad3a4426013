/** Who plays in the stories of the transcripts. */
import { Client, channel, type MsgType, type ReplyContext, type Server } from 'ump-ng';
import type { Transcript } from './transcript.js';

export type Message = MsgType<unknown, unknown, unknown, unknown>;
export type AnyServer = Server<unknown, unknown, unknown, unknown>;
export type AnyClient = Client<unknown, unknown, unknown, unknown>;
export type Context = ReplyContext<unknown, unknown>;

export type Scenario = (t: Transcript) => Promise<void>;

/** A server, and one client of it on a line that is written down. */
export async function pair(
  t: Transcript,
  capacity?: number,
): Promise<{ server: AnyServer; client: AnyClient }> {
  const { server, client: first } = channel<unknown, unknown, unknown, unknown>({ capacity });
  const [near, far] = t.line('client', 'server');
  let client!: AnyClient;
  await t.step('a client is taken up', async () => {
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

/** Sends a request whose outcome is looked at elsewhere, or not at all. */
export function ask(client: AnyClient, msg: unknown, signal?: AbortSignal): void {
  void client.tryReq(msg, { signal });
}
