/** Real threads: one node:worker_threads Worker for each. */
import { Worker, type Transferable } from 'node:worker_threads';
import { connect } from 'ump-ng';
import { keep } from '../keep-until-end.js';
import { withLane, type LaneName } from '../lane-of-rig.js';
import type { AnyClient, Capability, Rig, Thread } from '../rig.js';
import { Tasks } from '../role-runner.js';

/** `entry`: the compiled node-worker-entry.js. */
export function nodeWorkerRig(entry: URL, able: readonly Capability[], lane?: LaneName): Rig {
  const workers: Worker[] = [];
  const spawn = (script: URL | string): Worker => {
    const worker = new Worker(script, { eval: typeof script === 'string', workerData: { lane } });
    // Some cases make a thread crash; the package reports that itself.
    worker.on('error', () => undefined);
    workers.push(worker);
    return worker;
  };

  const rig: Rig = {
    name: 'worker threads',
    lane,
    has: (capability) => able.includes(capability),
    serve: async (options = {}) => {
      const thread = await rig.thread();
      const task = thread.run('serve', options);
      const client: AnyClient = keep(connect(thread.endpoint, withLane()));
      return { client, task, kill: () => thread.kill() };
    },
    thread: async () => {
      const worker = spawn(entry);
      const tasks = new Tasks({
        send: (message, transfer) => {
          worker.postMessage(message, transfer as Transferable[]);
        },
        receive: (listener) => worker.on('message', listener),
      });
      let hasEnded = false;
      worker.on('exit', () => {
        hasEnded = true;
        tasks.fail(new Error('the thread ended'));
      });
      const thread: Thread = {
        endpoint: worker,
        run: (role, args, ports) => tasks.run(role, args, ports),
        kill: async () => {
          await worker.terminate();
        },
        hasEnded: () => hasEnded,
      };
      return thread;
    },
    unloadable: () => spawn(`throw new Error('this failure to load is part of the test')`),
    dispose: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
  return rig;
}
