// Runs the system in a process of its own, so that the samples are not part of its memory.
import { fork } from 'node:child_process';

/** Milliseconds until a process that has stopped its system must have ended. */
const END = 30_000;

export async function openNode(options) {
  const child = fork(new URL('./node-program.mjs', import.meta.url), [], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
  });
  const ended = new Promise((resolve) => child.on('exit', (code) => resolve(code)));
  const run = (action, value) =>
    new Promise((resolve, reject) => {
      child.once('message', (message) => {
        if ('error' in message) reject(new Error(message.error));
        else resolve(message.value);
      });
      ended.then((code) => reject(new Error(`the process ended with code ${code}`)));
      child.send({ action, value });
    });
  await run('start', options);
  return {
    load: (ms) => run('load', ms),
    sample: () => run('sample'),
    take: () => run('take'),
    /** Resolves if the process ends by itself. */
    async close() {
      await run('stop');
      const timer = setTimeout(() => child.kill('SIGKILL'), END);
      const code = await ended;
      clearTimeout(timer);
      if (code !== 0) throw new Error(`the process ended with code ${code}`);
    },
    kill: () => child.kill('SIGKILL'),
  };
}
