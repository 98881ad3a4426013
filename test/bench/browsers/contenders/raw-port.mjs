// The same as raw, over a MessagePort of its own.
import { callOver, serveOver } from './raw.mjs';

export function open(worker) {
  const { port1, port2 } = new MessageChannel();
  worker.postMessage('port', [port2]);
  port1.start();
  return callOver(port1);
}

export function serve(service) {
  addEventListener('message', ({ ports: [port] }) => {
    port.start();
    serveOver(service, port);
  });
}
