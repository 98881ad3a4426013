/** The entry "ump-ng/sync": calls that block their thread. */
import { nodeBlocker } from '../node/blocking.js';
import { blocking } from './block.js';

blocking.by = nodeBlocker();

export type { BlockOptions, SyncReqOptions } from './block.js';
export { reqSync } from './req-sync.js';
export { waitSync } from './wait-sync.js';
