/** A rig of browser agents of one kind. */
import { connect } from 'ump-ng';
import { keep } from '../keep-until-end.js';
import { withLane, type LaneName } from '../lane-of-rig.js';
import type { AnyClient, Capability, Rig, Thread } from '../rig.js';
import { Tasks, type Pipe } from '../role-runner.js';
import type { Opened, Place } from './web-places.js';

/** Fulfils when the script runs, so that messages arrive, and its death can be noticed. */
const isUp = ({ receive }: Pipe): Promise<void> =>
  new Promise((resolve) => {
    receive((message) => {
      if (message === 'up') resolve();
    });
  });

export function webThreadsRig(
  name: string,
  place: Place,
  able: readonly Capability[],
  lane?: LaneName,
): Rig {
  const opened: Opened[] = [];
  const rig: Rig = {
    name,
    lane,
    has: (capability) => able.includes(capability),
    serve: async (options = {}) => {
      const thread = await rig.thread();
      const task = thread.run('serve', options);
      const client: AnyClient = keep(
        connect(thread.endpoint, { ...withLane(), ...thread.options }),
      );
      return { client, task, kill: () => thread.kill() };
    },
    thread: async () => {
      const there = place.open();
      opened.push(there);
      await isUp(there.pipe);
      const tasks = new Tasks(there.pipe);
      const thread: Thread = {
        endpoint: there.endpoint,
        options: place.options ?? {},
        run: (role, args, ports) => tasks.run(role, args, ports),
        kill: async () => {
          there.end();
          tasks.fail(new Error('the thread ended'));
        },
      };
      return thread;
    },
    unloadable: () => place.broken(),
    dispose: async () => {
      for (const { end } of opened) end();
    },
  };
  return rig;
}
