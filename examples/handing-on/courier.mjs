// Passes ports from thread to thread without using them.
import { workerData } from 'node:worker_threads';
import { Client, PostClient, listen } from 'ump-ng';

/** @type {PostClient<string>} */
const log = PostClient.from(workerData.log);

for await (const { msg } of listen()) {
  const { address, parcel, ports } = /** @type {any} */ (msg);
  log.post('courier  delivers a parcel, unopened');
  Client.from(address).post(parcel, { transfer: ports });
}
