import path from 'node:path';
import { remote, spawnWorker } from 'ump-ng/actors';
import type { Greeter } from './worker.ts';

// './worker.ts' beside main.ts, './worker.js' beside the main.js that tsc makes of it.
const script = `./worker${path.extname(import.meta.url)}`;
const greeter = spawnWorker<Greeter>(new URL(script, import.meta.url), {
  init: { greeting: 'Hello' },
});
console.log(await remote(greeter).req.greet('world'));
