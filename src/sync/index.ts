/** The entry "ump-ng/sync": calls that block their thread. */
import { blocking } from './blocking-call.js';
import { nodeBlocker } from './node-blocker.js';

blocking.by = nodeBlocker();

export type { BlockOptions, SyncReqOptions } from './blocking-call.js';
export { reqSync } from './req-sync.js';
export { waitSync } from './wait-sync.js';
