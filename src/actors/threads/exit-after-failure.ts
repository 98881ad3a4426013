/** The end of a thread whose actor has failed: only the parent could end it otherwise. */
import type { Endpoint } from '../../connect.js';
import { ownGlobal } from '../../core/internal.js';
import { nodeProcess, type NodeProcess, type OutputStream } from '../support/node-process.js';

/**
 * Ends this thread with exit code 1, where threads end by themselves, if it belongs to the actor
 * that was served at `endpoint`: what it has printed is shown, and its `exit` handlers run. Code
 * that waits for serveWorker() runs before.
 */
export function exitAfterFailure(endpoint: Endpoint | undefined): void {
  const process = nodeProcess();
  const threads = process?.getBuiltinModule?.('node:worker_threads');
  if (process === undefined || threads === undefined || threads.isMainThread) return;
  const isParents = endpoint === undefined || endpoint === threads.parentPort;
  // In Deno the parent terminates it at once.
  if (isParents && ownGlobal('Deno') === undefined) void exitOnceWritten(process);
}

async function exitOnceWritten(process: NodeProcess): Promise<void> {
  await Promise.all([written(process.stdout), written(process.stderr)]);
  process.exit?.(1);
}

/** process.exit() loses what the parent has not asked for yet. */
const written = (stream: OutputStream | undefined): Promise<void> | undefined =>
  stream && new Promise((resolve) => stream.write('', resolve));
