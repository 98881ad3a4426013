/**
 * The user's own messages to an agent that this package knows, by the object that it is reached
 * through.
 */
import { announceHolder } from '../core/transport/port-holders.js';

type PostMessage = (
  ...args: [message: unknown, options?: Iterable<object> | StructuredSerializeOptions]
) => void;

/**
 * From now on the ports of this package among what the user transfers say whom they are sent to:
 * `peer` gives the life of that agent, if it is known by then. Returns how to post without that.
 */
export function announcePostedPorts(
  target: { postMessage: (message: never, transfer: never) => void },
  peer: () => string | undefined,
): PostMessage {
  const post = target.postMessage.bind(target) as PostMessage;
  target.postMessage = ((...args: Parameters<PostMessage>) => {
    const [, options] = args;
    if (options != null) {
      const moves = Symbol.iterator in options ? options : options.transfer;
      announceHolder([...(moves ?? [])], peer());
    }
    post(...args);
  }) as PostMessage;
  return post;
}
