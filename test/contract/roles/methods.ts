/** An actor made of methods, in a thread of its own. */
import * as actors from 'ump-ng/actors';
import type { ServeWorkerOptions } from 'ump-ng/actors';
import type { RoleEnv } from '../roles.js';

// The first build, which test/versions runs this file with, has no transferred().
const { actor, serveWorker, stop } = actors;

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

/** A class whose instance is served. */
class Doubler {
  twice(n: number): number {
    return 2 * n;
  }
}

/** A script that serves an object, in place of a function that makes an actor. */
const serveObjectBy = (endpoint: ServeWorkerOptions['endpoint']) =>
  serveWorker(
    {
      sum: 42,
      add(a: number, b: number) {
        this.sum += a + b;
        return a + b;
      },
      total() {
        return this.sum;
      },
      *upTo(last: number) {
        for (let n = 1; n <= last; n++) yield n;
      },
      end: () => stop('over'),
      math: { twice: (n: number) => 2 * n },
    },
    { endpoint },
  );

const doubler = new Doubler();

export type ServedObject = ReturnType<typeof serveObjectBy>;

export async function serveObject(env: RoleEnv<undefined>): Promise<void> {
  await serveObjectBy(env.ports[0] ?? env.endpoint);
  env.leave();
}

/** The same for an instance of a class. */
const serveInstanceBy = (endpoint: ServeWorkerOptions['endpoint']) =>
  serveWorker(doubler, { endpoint });

export type ServedInstance = ReturnType<typeof serveInstanceBy>;

export async function serveInstance(env: RoleEnv<undefined>): Promise<void> {
  await serveInstanceBy(env.ports[0] ?? env.endpoint);
  env.leave();
}
