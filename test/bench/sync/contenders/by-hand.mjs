// What a careful person writes by hand for this one purpose: a port for the values, a futex for the
// sleep. It hangs forever if its worker dies.
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { spawn } from '../spawn.mjs';

/** @returns {import('../spawn.mjs').BlockingCaller} */
export function open() {
  const { port1, port2: port } = new MessageChannel();
  const count = new Int32Array(new SharedArrayBuffer(4));
  spawn('by-hand', { port, count }, [port]);
  return {
    call: (value) => {
      const before = Atomics.load(count, 0);
      port1.postMessage(value);
      // The notify of the last reply may come only now.
      while (Atomics.load(count, 0) === before) Atomics.wait(count, 0, before);
      return receiveMessageOnPort(port1).message;
    },
  };
}

export function serve({ port, count }) {
  port.on('message', (value) => {
    port.postMessage(value);
    Atomics.add(count, 0, 1);
    Atomics.notify(count, 0);
  });
}
