/** The entry "ump-ng/sync": calls that block their thread. */
export type { BlockOptions, SyncReqOptions } from './blocking-call.js';
export { reqSync } from './req-sync.js';
export { waitSync } from './wait-sync.js';
