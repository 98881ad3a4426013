/** The application's own messages to an agent, through an object that is also an endpoint. */
import { ownPorts } from '../core/protocol/own-ports.js';
import type { WorkingPort } from '../core/support/platform.js';
import { announceHolder } from '../core/transport/port-holders.js';
import { closeUnusedPort } from '../core/transport/ports.js';

export type PostFunction = (
  ...args: [message: unknown, options?: Iterable<object> | StructuredSerializeOptions]
) => void;

/**
 * Replaces `postMessage` of `target`: before a port of this package is transferred through it, the
 * port announces which agent will hold it. `peer` returns the id of that agent, if it is known. If
 * `isPeerLost` returns true, the port is closed instead, because Firefox would lose what it
 * announces.
 */
export function announcePostedPorts(
  target: { postMessage: (message: never, transfer: never) => void },
  peer: () => string | undefined,
  isPeerLost = (): boolean => false,
): void {
  const post = target.postMessage.bind(target) as PostFunction;
  target.postMessage = ((...args: Parameters<PostFunction>) => {
    const [, options] = args;
    if (options != null) {
      const transfer = [...((Symbol.iterator in options ? options : options.transfer) ?? [])];
      const own = isPeerLost() ? transfer.filter((object) => ownPorts().has(object)) : [];
      if (own.length > 0) {
        for (const port of own) closeUnusedPort(port as WorkingPort);
        return;
      }
      announceHolder(transfer, peer());
    }
    post(...args);
  }) as PostFunction;
}
