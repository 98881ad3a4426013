/** The library as a page imports it, after the globals that it reads. */
import { installDriver } from '../../src/core/transport/driver.js';
import { createDriver } from '../../src/web/driver.js';
import { activeTransports } from '../../src/web/closing-transport.js';
import { webLiveness } from '../../src/web/liveness.js';

export {
  channel,
  Client,
  connect,
  isUmpError,
  listen,
  PostClient,
  ReplyContext,
  Server,
  type MessagePort,
  type WeakClient,
} from '../../src/index.js';

/** What an import does in the agent that runs: each agent has a copy of the library. */
export function importLibrary(): void {
  installDriver(createDriver());
  webLiveness();
}

/** How many transports have a receiver in the agent that runs. */
export const countTransports = (): number => activeTransports().size;
