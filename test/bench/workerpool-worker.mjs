// The worker of contenders/workerpool.mjs: the pool starts it itself.
import { workerData } from 'node:worker_threads';
import workerpool from 'workerpool';
import { service } from './service.mjs';

const { request, transfer } = service(workerData.mode);

workerpool.worker({
  request: (value) => {
    const reply = request(value);
    const list = transfer(reply);
    return list ? new workerpool.Transfer(reply, list) : reply;
  },
});
