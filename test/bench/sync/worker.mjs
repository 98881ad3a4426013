// The worker of every contender that does not bring its own.
import { workerData } from 'node:worker_threads';

const { contender, given } = workerData;
const { serve } = await import(`./contenders/${contender}.mjs`);
serve(given);
