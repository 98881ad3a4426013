/** The kinds of agents that a page can open, and how the rig talks to each. */
import type { ConnectOptions, Endpoint } from 'ump-ng';
import type { Pipe } from '../role-runner.js';

export interface Opened {
  readonly endpoint: Endpoint;
  readonly pipe: Pipe;
  /** Ends the agent without a goodbye. */
  end(): void;
}

export interface Place {
  open(): Opened;
  /** The endpoint of an agent whose script throws. */
  broken(): Endpoint;
  /** Options that `connect()` needs for this kind. */
  readonly options?: ConnectOptions;
}

type Port = Pick<MessagePort, 'postMessage'> & EventTarget;

const pipeOver = (port: Port): Pipe => ({
  send: (message, transfer) => {
    port.postMessage(message, transfer as Transferable[]);
  },
  receive: (listener) => {
    port.addEventListener('message', (event) => {
      listener((event as MessageEvent<unknown>).data);
    });
  },
});

export function dedicated(entry: string, broken: string, type: 'classic' | 'module'): Place {
  return {
    open: () => {
      const worker = new Worker(entry, { type });
      return {
        endpoint: worker,
        pipe: pipeOver(worker),
        // connect() replaces worker.terminate() to notice the call; this bypasses it.
        end: () => {
          Worker.prototype.terminate.call(worker);
        },
      };
    },
    broken: () => new Worker(broken, { type }),
  };
}

export function shared(entry: string, broken: string): Place {
  // A fixed name would reach a SharedWorker that an earlier case opened.
  const open = (script: string): SharedWorker =>
    new SharedWorker(script, { type: 'module', name: crypto.randomUUID() });
  return {
    open: () => {
      const worker = open(entry);
      worker.port.start();
      return {
        endpoint: worker,
        pipe: pipeOver(worker.port),
        end: () => {
          worker.port.postMessage('end');
        },
      };
    },
    broken: () => open(broken),
  };
}

export function framed(entry: string): Place {
  const { origin } = new URL(entry);
  return {
    options: { origin },
    open: () => {
      const frame = document.createElement('iframe');
      frame.src = `${entry}#${location.origin}`;
      document.body.append(frame);
      const there = frame.contentWindow!;
      return {
        endpoint: there,
        pipe: {
          send: (message, transfer) => {
            there.postMessage(message, origin, transfer as Transferable[]);
          },
          receive: (listener) => {
            window.addEventListener('message', ({ data, source }) => {
              if (source === there) listener(data);
            });
          },
        },
        end: () => {
          frame.remove();
        },
      };
    },
    broken: () => {
      throw new Error('browsers do not report frames that fail to load');
    },
  };
}
