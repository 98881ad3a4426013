import path from 'node:path';
import { remote, spawnWorker } from 'ump-ng/actors';
import type { Greeter } from './worker';

const greeter = spawnWorker<Greeter>(path.join(__dirname, 'worker.ts'), {
  init: { greeting: 'Hello' },
});
void remote(greeter)
  .req.greet('world')
  .then((line) => console.log(line));
