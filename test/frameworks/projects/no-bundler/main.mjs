import { remote, spawnWorker } from './lib/ump-ng.mjs';

const worker = spawnWorker(new URL('./worker.mjs', import.meta.url));
const greeter = remote(worker);
document.body.textContent = await greeter.req.greet('world');
