/** A server with the `spin` of workerData that tells how often its event loop has turned. */
import { performance } from 'node:perf_hooks';
import { workerData } from 'node:worker_threads';
import { listen } from 'ump-ng';

for await (const { rctx } of listen(undefined, { spin: workerData, keepAlive: true })) {
  rctx.reply(performance.nodeTiming.uvMetricsInfo.loopCount);
}
