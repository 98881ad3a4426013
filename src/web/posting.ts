/**
 * The user's own messages to an agent that this package knows, by the object that it is reached
 * through.
 */
import { sendOn } from '../core/given.js';

type Post = (
  ...args: [message: unknown, options?: Iterable<object> | StructuredSerializeOptions]
) => void;

/**
 * From now on the ports of this package among what the user transfers say whom they are sent to:
 * `peer` gives the life of that agent, if it is known by then. Returns how to post without that.
 */
export function watchPosting(
  target: { postMessage: (message: never, transfer: never) => void },
  peer: () => string | undefined,
): Post {
  const post = target.postMessage.bind(target) as Post;
  target.postMessage = ((...args: Parameters<Post>) => {
    const [, options] = args;
    if (options != null) {
      const moves = Symbol.iterator in options ? options : options.transfer;
      sendOn([...(moves ?? [])], peer());
    }
    post(...args);
  }) as Post;
  return post;
}
