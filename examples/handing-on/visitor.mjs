// Is sent a client of a server that it has never heard of, and uses it.
import { workerData } from 'node:worker_threads';
import { Client, PostClient, listen } from 'ump-ng';

/** @type {PostClient<string>} */
const log = PostClient.from(workerData.log);

for await (const { msg } of listen()) {
  const { gift } = /** @type {any} */ (msg);
  /** @type {Client<never, string, number>} */
  const tickets = Client.from(gift);
  log.post(
    `visitor  drew ticket ${await tickets.req('the visitor')}, by a client that came by courier`,
  );
  tickets.close();
}
