// What one thread of the soak holds, counted after a garbage collection where the engine has one.
import { activeTransports } from '../../../dist/web/closing-transport.js';

const inNode = globalThis.process?.versions?.node !== undefined;
const errors = [];

// In browsers, an error ends no thread. In Node it does, and pending calls report it.
if (!inNode) {
  addEventListener('error', ({ message, error }) => errors.push(String(error?.stack ?? message)));
  addEventListener('unhandledrejection', ({ reason }) =>
    errors.push(String(reason?.stack ?? reason)),
  );
}

/** The uncaught errors of this thread since the last call. */
export const takeErrors = () => errors.splice(0);

/** Finalizers run some turns after the collection, and close what they find. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 10));

async function collect() {
  // Chromium with --expose-gc, Firefox with its test utilities, WebKit with JSC_useDollarVM.
  const { gc, TestUtils, $vm } = globalThis;
  if (gc !== undefined) gc();
  else if (TestUtils !== undefined) await TestUtils.gc();
  else $vm?.gc?.();
}

/** `v8` counts the objects of a class. Each count begins with collections, and takes its time. */
async function countInNode() {
  const v8 = process.getBuiltinModule('node:v8');
  const { MessagePort } = process.getBuiltinModule('node:worker_threads');
  const count = (constructor) => v8.queryObjects(constructor, { format: 'count' });
  globalThis.gc();
  await turn();
  const ports = count(MessagePort);
  // All objects: arrays, closures and promises included.
  const objects = count(Object);
  return { heap: v8.getHeapStatistics().used_heap_size, ports, objects };
}

export async function probe() {
  if (inNode) return countInNode();
  await collect();
  await turn();
  await collect();
  return { transports: activeTransports().size, errors: takeErrors() };
}
