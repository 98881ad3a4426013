/** The application's own messages to an agent, through an object that is also an endpoint. */
import { announceHolder } from '../core/transport/port-holders.js';

export type PostFunction = (
  ...args: [message: unknown, options?: Iterable<object> | StructuredSerializeOptions]
) => void;

/**
 * From now on each port of this package that the application transfers through `target` announces
 * which agent will hold it: `peer` returns the id of that agent, if it is known by then.
 */
export function announcePostedPorts(
  target: { postMessage: (message: never, transfer: never) => void },
  peer: () => string | undefined,
): void {
  const post = target.postMessage.bind(target) as PostFunction;
  target.postMessage = ((...args: Parameters<PostFunction>) => {
    const [, options] = args;
    if (options != null) {
      const transfer = Symbol.iterator in options ? options : options.transfer;
      announceHolder([...(transfer ?? [])], peer());
    }
    post(...args);
  }) as PostFunction;
}
