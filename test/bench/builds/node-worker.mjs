// The server's thread of one build.
import { workerData } from 'node:worker_threads';
import { answer } from '../contenders/answer.mjs';
import { service } from '../service.mjs';

const { listen } = await import(workerData.build);
const work = service(workerData.mode);
for await (const message of listen()) answer(work, message);
