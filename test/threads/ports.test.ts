/** How many ports the platform makes for a client that is given away. */
import { afterAll, expect, test } from '@jest/globals';
import { createHook } from 'node:async_hooks';
import { channel, type MessagePort } from 'ump-ng';

let made = 0;
const hook = createHook({
  init: (_id, type) => {
    if (type === 'MESSAGEPORT') made++;
  },
}).enable();
afterAll(() => void hook.disable());

const { server, client } = channel();
afterAll(() => {
  client.close();
  server.close();
});

const ways: Record<string, [give: () => MessagePort, ports: number]> = {
  'server.port()': [() => server.port(), 2],
  'server.client().transfer()': [() => server.client().transfer(), 4],
};

test.each(Object.entries(ways))('%s', (_name, [give, ports]) => {
  made = 0;
  const port = give();
  expect(made).toBe(ports);
  (port as unknown as { close(): void }).close();
});
