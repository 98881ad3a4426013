/**
 * The library, from its sources, with a driver that counts: what is open, what runs, and how long
 * the library works on what comes in. Everything else is the driver of the platform.
 */
import { createDriver } from '../../src/platform/driver.js';
import { installDriver } from '../../src/core/transport/driver.js';
import type { Transport } from '../../src/core/transport/transport.js';
import { natives } from '../../src/core/support/natives.js';
import { workClock } from './platform.js';
import type { WorkingPort } from '../../src/core/support/platform.js';

export {
  channel,
  Client,
  connect,
  listen,
  PostClient,
  registerErrorClass,
  ReplyContext,
  Server,
} from '../../src/index.js';
export type { PortLike, WeakClient } from '../../src/index.js';
export {
  actor,
  callback,
  introspect,
  remote,
  remoteObject,
  serve,
  stop,
} from '../../src/actors/index.js';
export { createEndpoint, expose, proxy, releaseProxy, wrap } from '../../src/comlink/index.js';

/** What the library has now, and has done. */
export const meter = {
  /** Transports that were opened and not closed. */
  transports: 0,
  timers: 0,
  /** Messages that have come in. */
  received: 0,
  /** When the library began to work on the first message since this was last set to undefined. */
  began: undefined as number | undefined,
};

function counted(transport: Transport): Transport {
  let isOpen = true;
  meter.transports++;
  const start = transport.start.bind(transport);
  const close = transport.close.bind(transport);
  transport.start = (receiver) => {
    start({
      receive: (data) => {
        meter.received++;
        meter.began ??= workClock();
        receiver.receive(data);
      },
      peerLost: () => {
        receiver.peerLost();
      },
    });
  };
  transport.close = (closed) => {
    if (isOpen) meter.transports--;
    isOpen = false;
    close(closed);
  };
  return transport;
}

/** Timers of the library itself; it uses these for all that is not a time of the application. */
function countTimers(): void {
  const all = natives();
  const { setTimeout, clearTimeout } = all;
  const active = new Set<unknown>();
  all.setTimeout = (call, ms) => {
    const timer = setTimeout(() => {
      if (active.delete(timer)) meter.timers--;
      call();
    }, ms);
    active.add(timer);
    meter.timers++;
    return timer;
  };
  all.clearTimeout = (timer) => {
    if (active.delete(timer)) meter.timers--;
    clearTimeout(timer);
  };
}

const base = createDriver();
installDriver({ ...base, openTransport: (port: WorkingPort) => counted(base.openTransport(port)) });
countTimers();
