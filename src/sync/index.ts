/** The entry "ump-ng/sync": calls that block their thread. */
import { blocking } from './block.js';
import { nodeBlocker } from './node-blocker.js';

blocking.by = nodeBlocker();

export type { BlockOptions, SyncReqOptions } from './block.js';
export { reqSync } from './req-sync.js';
export { waitSync } from './wait-sync.js';
