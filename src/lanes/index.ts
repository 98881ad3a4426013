/** The entry "ump-ng/lanes". */
export type { Lane } from '../core/internal.js';
export { packed } from './packed.js';
