import { UmpError } from '../../core/internal.js';
import type { Running, Start } from '../supervision/child-spec.js';

/** Starts a worker. Rejects if the pool measures memory, and this worker cannot report its own. */
export async function startWorker(start: Start, measuresMemory: boolean): Promise<Running> {
  const running = await start();
  if (!measuresMemory || running.memory !== undefined) return running;
  running.kill?.();
  running.client?.close();
  throw new UmpError('NotSupported', 'maxMemory needs workers of spawnWorker()');
}
