/** The application's own messages to an agent, through an object that is also an endpoint. */
import { ownPorts } from '../core/protocol/own-ports.js';
import type { WorkingPort } from '../core/support/platform.js';
import { announceHolder } from '../core/transport/port-holders.js';
import { closeUnusedPort } from '../core/transport/ports.js';

export type PostFunction = (
  ...args: [message: unknown, options?: Iterable<object> | StructuredSerializeOptions]
) => void;

/**
 * From now on each port of this package that the application transfers through `target` announces
 * which agent will hold it: `peer` returns the id of that agent, if it is known by then. Once
 * `isGone`, such a port is closed instead: Firefox loses what it would announce together with it.
 */
export function announcePostedPorts(
  target: { postMessage: (message: never, transfer: never) => void },
  peer: () => string | undefined,
  isGone = (): boolean => false,
): void {
  const post = target.postMessage.bind(target) as PostFunction;
  target.postMessage = ((...args: Parameters<PostFunction>) => {
    const [, options] = args;
    if (options != null) {
      const transfer = [...((Symbol.iterator in options ? options : options.transfer) ?? [])];
      const own = isGone() ? transfer.filter((object) => ownPorts().has(object)) : [];
      if (own.length > 0) {
        for (const port of own) closeUnusedPort(port as WorkingPort);
        return;
      }
      announceHolder(transfer, peer());
    }
    post(...args);
  }) as PostFunction;
}
