/** An actor made of methods, in a thread of its own. */
import * as actors from 'ump-ng/actors';
import type { RoleEnv } from '../roles.js';

// The first build, which test/versions runs this file with, has no transferred().
const { actor, serveWorker } = actors;

const methods = (init: { size: number }) =>
  actor({
    buffer: () => {
      const buffer = new ArrayBuffer(init.size);
      return actors.transferred(buffer, [buffer]);
    },
    work(steps: number, how?: 'fails' | 'waits') {
      for (let n = 1; n <= steps; n++) this.progress(n);
      if (how === 'fails') throw new RangeError('after the progress');
      return how === 'waits' ? new Promise<string>(() => undefined) : 'done';
    },
    async *lines(count: number) {
      for (let n = 0; n < count; n++) yield Promise.resolve(n);
      return `${String(count)} lines`;
    },
  });

export type Methods = typeof methods;

/** Serves an actor until the actor ends. */
export async function serveMethods(env: RoleEnv<undefined>): Promise<void> {
  await serveWorker(methods, { endpoint: env.ports[0] ?? env.endpoint });
  env.leave();
}
