// Where Node and browsers differ: how threads are named, how they die, and what the hub and its
// visitors are.
import { Client, connect } from 'ump-ng';

const inNode = globalThis.process?.versions?.node !== undefined;

/** The script of a thread of this soak. */
export const script = (name) =>
  inNode ? new URL(`./threads/${name}.mjs`, import.meta.url) : `/${name}.js`;

/** Ends this thread as a crash does. */
export function die() {
  if (inNode) process.exit(1);
  globalThis.close();
  // The reply to the call that asked for it must not be sent.
  return new Promise(() => undefined);
}

const threads = () => process.getBuiltinModule('node:worker_threads');

const sharedHub = () => new SharedWorker('/hub.js', { type: 'module', name: 'hub' });

/** Connects to the hub, which is started first. */
export function openHub() {
  if (!inNode) return connect(sharedHub());
  const { Worker } = threads();
  return connect(new Worker(script('hub')));
}

/** Starts a visitor; fulfils with its report, once it is gone. */
export function visit(hub, polite) {
  return inNode ? visitByThread(hub, polite) : visitByFrame(polite);
}

function visitByThread(hub, polite) {
  const { Worker } = threads();
  const port = hub.clone().transfer();
  const worker = new Worker(script('visitor'), {
    workerData: { port, polite },
    transferList: [port],
  });
  let report = { error: 'the visitor has not reported' };
  worker.on('message', (message) => (report = message));
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', () => resolve(report));
  });
}

function visitByFrame(polite) {
  const frame = document.createElement('iframe');
  frame.src = `/visitor.html#${polite}`;
  return new Promise((resolve) => {
    const listener = ({ source, data }) => {
      if (source !== frame.contentWindow) return;
      removeEventListener('message', listener);
      frame.remove();
      resolve(data);
    };
    addEventListener('message', listener);
    document.body.append(frame);
  });
}

/** For the visitor: its client of the hub, whether it says goodbye, and how it reports. */
export async function openVisit() {
  if (!inNode) {
    const hub = connect(sharedHub());
    const report = (message) => parent.postMessage(message, location.origin);
    return { hub, polite: location.hash === '#true', report };
  }
  const { parentPort, workerData } = threads();
  const report = (message) => {
    parentPort.postMessage(message);
    if (!workerData.polite) process.exit(0);
  };
  return { hub: Client.from(workerData.port), polite: workerData.polite, report };
}
