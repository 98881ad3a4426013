import { remote, spawnWorker } from 'ump-ng/actors';
import url from './actor.ts?worker&url';

// For the test of this page.
globalThis.imported = remote(spawnWorker(url)).req.double(21);
