import { remote, spawnWorker } from 'ump-ng/actors';

const greeter = remote(
  spawnWorker(new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' })),
);
document.body.textContent = await greeter.req.greet('world');
