// Posts the URL of the package that a worker thread imports by name.
import { parentPort } from 'node:worker_threads';
import * as ump from 'ump-ng';

parentPort.postMessage({ url: import.meta.resolve('ump-ng'), names: Object.keys(ump) });
