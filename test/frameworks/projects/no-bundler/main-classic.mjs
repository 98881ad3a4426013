import { remote, spawnWorker } from './lib/ump-ng.mjs';

const greeter = remote(spawnWorker(new Worker(new URL('./classic.js', import.meta.url))));
document.body.textContent = await greeter.req.greet('world');
