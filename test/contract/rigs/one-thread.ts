/**
 * All in one thread. A "thread" is a port over which roles run; its death closes that port and
 * every port that came through it.
 */
import { Client, type Endpoint, type MessagePort } from 'ump-ng';
import { keep } from '../keep-until-end.js';
import { withLane, type LaneName } from '../lane-of-rig.js';
import type { AnyClient, Capability, Rig, Thread } from '../rig.js';
import { runRoles, Tasks, type Pipe } from '../role-runner.js';

/** The methods that ports have on every platform. */
interface Port {
  postMessage(message: unknown, transfer: readonly object[]): void;
  addEventListener(type: 'message', listener: Listener): void;
  start(): void;
  close(): void;
}
interface Closable {
  close(): void;
}
type Listener = (event: { data: unknown; ports: readonly MessagePort[] }) => void;

const newChannel = (): { port1: Port; port2: Port } => new MessageChannel();

const pipeOver = (port: Port, onPorts: (ports: readonly MessagePort[]) => void): Pipe => ({
  send: (message, transfer) => {
    port.postMessage(message, transfer);
  },
  receive: (listener) => {
    port.addEventListener('message', ({ data, ports }) => {
      onPorts(ports);
      listener(data);
    });
    port.start();
  },
});

/** `able`: the capabilities that the platform has within one thread. */
export function oneThreadRig(able: readonly Capability[], lane?: LaneName): Rig {
  const threads: Thread[] = [];
  const rig: Rig = {
    name: 'one thread',
    lane,
    has: (capability) => able.includes(capability),
    serve: async (options = {}) => {
      const thread = await rig.thread();
      const { port1, port2 } = new MessageChannel();
      const task = thread.run('serveChannel', options, [port1]);
      const client: AnyClient = keep(Client.from(port2, withLane()));
      return { client, task, kill: () => thread.kill() };
    },
    thread: async () => {
      const { port1, port2 } = newChannel();
      const cut: Closable[] = [port1];
      const owned: Closable[] = [];
      const tasks = new Tasks(pipeOver(port2, () => undefined));
      runRoles(
        pipeOver(port1, (ports) => cut.push(...ports)),
        {
          endpoint: port1 as unknown as Endpoint,
          exit: () => {
            throw new Error('a simulated thread cannot exit');
          },
          leave: () => undefined,
          own: (what) => owned.push(what),
        },
      );
      const thread: Thread = {
        endpoint: port2 as unknown as Endpoint,
        run: (role, args, ports) => tasks.run(role, args, ports),
        kill: async () => {
          // Ports are closed without a goodbye; then servers, whose loops would run on.
          for (const each of [...cut.splice(0), ...owned.splice(0)]) each.close();
          tasks.fail(new Error('the thread was killed'));
        },
      };
      threads.push(thread);
      return thread;
    },
    unloadable: () => {
      throw new Error('needs threads');
    },
    dispose: async () => {
      await Promise.all(threads.map((thread) => thread.kill()));
    },
  };
  return rig;
}
