// The worker of every contender that does not bring its own: serves as workerData says.
import { workerData } from 'node:worker_threads';
import { service } from './service.mjs';

const { contender, mode, port } = workerData;
const { serve } = await import(`./contenders/${contender}.mjs`);
await serve(service(mode), port);
