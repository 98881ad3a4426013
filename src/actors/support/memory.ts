/** The memory of one thread. */
import { UmpError } from '../../core/internal.js';
import { nodeProcess } from './node-process.js';

/** Whether this platform can tell the memory of each thread. */
export const canMeasureMemory = (): boolean => nodeProcess()?.memoryUsage !== undefined;

/** The bytes that the objects and buffers of this thread use; throws `NotSupported`. */
export function usedMemory(): number {
  const usage = nodeProcess()?.memoryUsage?.();
  if (usage === undefined) throw new UmpError('NotSupported', 'the memory cannot be measured here');
  return usage.heapUsed + usage.external;
}
