/**
 * All in one thread. A "thread" is a port to play roles over, and its death cuts that port and every
 * port that came by it.
 */
import { Client, type Endpoint, type MessagePort } from 'ump-ng';
import { keep } from '../kept.js';
import type { AnyClient, Capability, Rig, Thread } from '../rig.js';
import { play, Tasks, type Pipe } from '../tasks.js';

/** A port by what platforms have in common. */
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

/** `able`: what the platform can do even here. */
export function oneThreadRig(able: readonly Capability[]): Rig {
  const threads: Thread[] = [];
  const rig: Rig = {
    name: 'one thread',
    has: (capability) => able.includes(capability),
    serve: async (options = {}) => {
      const thread = await rig.thread();
      const { port1, port2 } = new MessageChannel();
      const task = thread.run('adopt', options, [port1]);
      const client: AnyClient = keep(Client.from(port2));
      return { client, task, kill: () => thread.kill() };
    },
    thread: async () => {
      const { port1, port2 } = newChannel();
      const cut: Closable[] = [port1];
      const owned: Closable[] = [];
      const tasks = new Tasks(pipeOver(port2, () => undefined));
      play(
        pipeOver(port1, (ports) => cut.push(...ports)),
        {
          endpoint: port1 as unknown as Endpoint,
          exit: () => {
            throw new Error('this is no thread of its own');
          },
          leave: () => undefined,
          own: (what) => owned.push(what),
        },
      );
      const thread: Thread = {
        endpoint: port2 as unknown as Endpoint,
        run: (role, args, ports) => tasks.run(role, args, ports),
        kill: async () => {
          // Nobody says goodbye; only then ends what would go on for ever.
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
