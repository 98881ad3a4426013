/** `#platform` in browsers: the driver for ports that do not report the loss of their peer. */
import { natives } from '../core/support/natives.js';
import { globals } from '../core/support/platform.js';
import type { Driver } from '../core/transport/driver.js';
import { activeTransports } from './closing-transport.js';
import { webLiveness } from './liveness.js';
import { PortTransport, type EventPort } from './port-transport.js';

export const createDriver = (): Driver => ({
  openTransport: (port) => new PortTransport(port),
  createLoopRef: () => ({ setRef: () => undefined }),
  deliverArrived,
  liveness: webLiveness(),
});

/**
 * How long no message may come in before everything that had arrived counts as delivered. On a busy
 * machine Firefox takes more than 10 ms to deliver the first message of a port that has just come.
 */
const QUIET_MS = 30;
/** How long deliverArrived() takes at most. */
const MAX_ARRIVAL_MS = 300;
/** The number of turns of the event loop that deliverArrived() takes at least. */
const MIN_ROUNDS = 3;

/**
 * A message through a channel within this agent is delivered after what has arrived through other
 * ports: in Chromium after one round, in WebKit, which asks another process for each message, after
 * two. Firefox delivers one message of a port in each task, and asks another process for a port
 * that came in a message; so the rounds continue until no message comes in. The timer before them
 * is for frames that share this thread; more timers would delay a hidden page for long.
 */
function deliverArrived(then: () => void): void {
  natives().setTimeout(() => {
    const { MessageChannel } = globals;
    const { now } = natives();
    // Without it there are no ports that a message could have arrived through.
    if (MessageChannel === undefined) {
      then();
      return;
    }
    const { port1, port2 } = new MessageChannel();
    const port = port2 as EventPort;
    const all = activeTransports();
    let { received } = all;
    const start = now();
    let end = start + QUIET_MS;
    let rounds = 0;
    const round = (): void => {
      const time = now();
      if (received !== all.received) end = Math.min(time + QUIET_MS, start + MAX_ARRIVAL_MS);
      received = all.received;
      if (rounds++ < MIN_ROUNDS || time < end) {
        port1.postMessage(0);
      } else {
        port1.close();
        port2.close();
        then();
      }
    };
    port.addEventListener('message', round);
    port.start?.();
    round();
  }, 0);
}
