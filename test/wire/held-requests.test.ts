import { expect, test } from '@jest/globals';
import { Client } from 'ump-ng';
import { timersInHand } from '../contract/utilities.js';
import { F, hello, rawPeer, ROLE, terms, untilQuiet } from './support/raw-peer.js';

const TIMEOUT_MS = 20;

test('a request whose timeout elapses while it waits for credit is never sent', async () => {
  const { raw, port } = rawPeer();
  const client = Client.from(port);
  raw.say([...hello(ROLE.SERVER).slice(0, 4), terms(1)]);
  await client.connected;
  client.post('first');
  await raw.hears(F.POST);
  await timersInHand(TIMEOUT_MS, async (fire) => {
    const late = client.tryReq('held', { timeout: TIMEOUT_MS });
    // The credit is on its way when the timeout elapses.
    raw.say([F.CREDIT, 1]);
    expect(fire()).toBe(1);
    expect(await late).toMatchObject({ ok: false, error: { code: 'Timeout' } });
  });
  await untilQuiet(raw);
  expect(raw.heard.map(([tag]) => tag)).toEqual([F.HELLO, F.POST]);
  client.post('the credit is there');
  client.close();
  await raw.hears(F.BYE);
  expect(raw.heard.map(([tag]) => tag)).toEqual([F.HELLO, F.POST, F.POST, F.BYE]);
});
