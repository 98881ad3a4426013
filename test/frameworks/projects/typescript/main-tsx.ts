import { remote, spawnWorker } from 'ump-ng/actors';
import type { Greeter } from './worker.ts';

const greeter = spawnWorker<Greeter>(new URL('./worker-tsx.mjs', import.meta.url), {
  init: { greeting: 'Hello' },
});
console.log(await remote(greeter).req.greet('world'));
