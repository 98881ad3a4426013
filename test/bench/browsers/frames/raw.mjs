// What a careful person writes by hand: the frame says that it is there, the page sends it a port,
// and each looks at the other's origin. The yardstick.
import { callOver, serveOver } from '../contenders/raw.mjs';

/** The first message from this window and origin that fits. */
const first = (window, origin, fits) =>
  new Promise((resolve) => {
    addEventListener('message', function listener(event) {
      if (event.source !== window || event.origin !== origin || !fits(event)) return;
      removeEventListener('message', listener);
      resolve(event);
    });
  });

export async function open({ contentWindow: frame }, origin) {
  await first(frame, origin, ({ data }) => data === 'ready');
  const { port1, port2 } = new MessageChannel();
  frame.postMessage('port', origin, [port2]);
  const caller = callOver(port1);
  port1.start();
  return { ...caller, close: () => port1.close() };
}

export async function serve(service, origin) {
  const begun = first(parent, origin, ({ data }) => data === 'port');
  parent.postMessage('ready', origin);
  const [port] = (await begun).ports;
  serveOver(service, port);
  port.start();
}
