/** Victims in a thread of their own. worker-victim.ts is at the other end. */
import { parentPort, type MessagePort } from 'node:worker_threads';
import { Victim } from './victim/victim.js';

let victim: Victim | undefined;

/** The methods that the other side calls by name. */
const orders: Record<string, (argument: never) => unknown> = {
  begin: (role: string) => {
    victim = new Victim(role);
    return victim.lines;
  },
  act: (what: number) => victim?.act(what),
  quiet: () => victim?.quiet(),
  check: () => victim?.check(),
  end: (mayWait: boolean) => victim?.end(mayWait),
};

parentPort?.on('message', ([id, name, argument]: [number, string, never]) => {
  void Promise.resolve(orders[name]?.(argument)).then((answer) => {
    const ports = name === 'begin' ? (answer as readonly MessagePort[]) : [];
    parentPort?.postMessage([id, answer], ports);
  });
});
