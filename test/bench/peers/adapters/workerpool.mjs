import { isMainThread } from 'node:worker_threads';
import workerpool from 'workerpool';
import { service } from '../service.mjs';

export const open = (file = import.meta.filename) => {
  const pool = workerpool.pool(file, { workerType: 'thread', maxWorkers: 1 });
  return {
    call(name, value, signal) {
      const task = pool.exec(name, [value]);
      // It has no AbortSignal; its promise can be cancelled.
      signal?.addEventListener('abort', () => void task.cancel());
      return task;
    },
    // No public way to reach the worker.
    kill: () => pool.workers[0].worker.terminate(),
    waiting: () => pool.stats().pendingTasks + pool.stats().activeTasks,
  };
};

if (!isMainThread) workerpool.worker(service);
