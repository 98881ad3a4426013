/** Real threads of a browser: one dedicated worker for each. */
import { connect } from 'ump-ng';
import { keep } from '../kept.js';
import type { AnyClient, Capability, Rig, Thread } from '../rig.js';
import { Tasks } from '../tasks.js';

const isUp = (worker: Worker): Promise<void> =>
  new Promise((resolve) => {
    worker.addEventListener('message', ({ data }) => {
      if (data === 'up') resolve();
    });
  });

/** `entry`: where the bundled web-worker-entry.ts is; `broken`: a script that throws. */
export function webWorkerRig(entry: string, broken: string, able: readonly Capability[]): Rig {
  const workers: Worker[] = [];
  const spawn = (script: string): Worker => {
    const worker = new Worker(script, { type: 'module' });
    workers.push(worker);
    return worker;
  };
  // As if nobody here had done it: connect() looks whether terminate() is called.
  const terminate = (worker: Worker): void => {
    Worker.prototype.terminate.call(worker);
  };

  const rig: Rig = {
    name: 'dedicated workers',
    has: (capability) => able.includes(capability),
    serve: async (options = {}) => {
      const thread = await rig.thread();
      const task = thread.run('serve', options);
      const client: AnyClient = keep(connect(thread.endpoint));
      return { client, task, kill: () => thread.kill() };
    },
    thread: async () => {
      const worker = spawn(entry);
      await isUp(worker);
      const tasks = new Tasks({
        send: (message, transfer) => {
          worker.postMessage(message, transfer as Transferable[]);
        },
        receive: (listener) => {
          worker.addEventListener('message', ({ data }) => {
            listener(data);
          });
        },
      });
      const thread: Thread = {
        endpoint: worker,
        run: (role, args, ports) => tasks.run(role, args, ports),
        kill: async () => {
          terminate(worker);
          tasks.fail(new Error('the thread ended'));
        },
      };
      return thread;
    },
    unloadable: () => spawn(broken),
    dispose: async () => {
      for (const worker of workers) terminate(worker);
    },
  };
  return rig;
}
