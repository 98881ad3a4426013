/** Where ports report deaths, no timer ends a client because another client has ended. */
import { expect, test } from '@jest/globals';
import { channel, Server } from 'ump-ng';

/** Milliseconds: longer than a peer whose port may be lost is waited for in browsers. */
const GRACE_MS = 2500;

async function answer(server: Server<never, number, number>): Promise<void> {
  for await (const { msg, rctx } of server) rctx.reply(msg);
}

test('a clone outlives the client that it comes from, also where their server migrates', async () => {
  const { server, client } = channel<never, number, number>();
  const clone = client.clone();
  await clone.connected;
  client.close();
  const moved = Server.from<never, number, number>(server.transfer());
  void answer(moved);
  const early = clone.clone();
  expect(await clone.req(1)).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, GRACE_MS));
  expect(await clone.req(2)).toBe(2);
  clone.close();
  await new Promise((resolve) => setTimeout(resolve, GRACE_MS));
  expect(await early.req(3)).toBe(3);
  early.close();
});
