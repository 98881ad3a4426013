/** The library as a page imports it, after the globals that it reads. */
import type { OnDropped } from '../../src/core/options.js';
import { installDriver } from '../../src/core/transport/driver.js';
import { setThreadHook } from '../../src/core/transport/undelivered.js';
import { blockingState } from '../../src/node/inbound-ports.js';
import { createDriver } from '../../src/platform/driver.js';
import { activeTransports } from '../../src/web/closing-transport.js';
import { webLiveness } from '../../src/web/liveness.js';

import { running } from './agent.js';

export {
  channel,
  Client,
  connect,
  isUmpError,
  listen,
  PostClient,
  ReplyContext,
  Server,
  type Dropped,
  type Endpoint,
  type MessagePort,
  type MsgType,
  type WeakClient,
} from '../../src/index.js';

/**
 * What an import does in the agent that runs: each agent has a copy of the library. `onDropped`
 * gets everything that the library reports there as undelivered.
 */
export function importLibrary(onDropped?: OnDropped): void {
  installDriver(createDriver());
  setThreadHook(onDropped);
  if (running.agent?.node === undefined) webLiveness();
}

/** How many transports have a receiver in the agent that runs. */
export const countTransports = (): number =>
  running.agent?.node === undefined
    ? activeTransports().size
    : // Those with a `user` belong to endpoints.
      [...blockingState().ports].filter(({ user }) => user === undefined).length;
