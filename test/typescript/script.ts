/** Starts a script, and exports what it gets, so that the inferred types must have names. */
import { actor, pool, remote, spawnWorker, supervise } from 'ump-ng/actors';

type Script = typeof import('./worker.js');
const script = 'worker.js';

export const started = spawnWorker<Script>(script);
export const there = remote(started);
export const sum: Promise<number> = there.req.add(1, 2);
export const workers = pool<Script>(script, { size: 2 });
export const pooled: Promise<number> = remote(workers).req.add(1, 2);
export const supervisor = supervise({ a: { start: () => spawnWorker<Script>(script) } });
export const supervised: Promise<number> = remote(supervisor.children.a).req.add(1, 2);
export const greeter = actor({ greet: (name: string) => `Hello, ${name}!` });
