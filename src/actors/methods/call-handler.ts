/** What calls methods for messages: the handler of actors, callbacks and remote objects. */
import type { Handler } from '../handlers/handler.js';
import { callOf, closePortsOf, type AnyCall } from './call.js';
import type { Found, CallableObject } from './callable-object.js';
import type { Self } from './method-call.js';
import { receivedArguments } from './received.js';

interface CallHandlerOptions {
  readonly posts: CallableObject;
  readonly requests: CallableObject;
  readonly self: Self;
  readonly isCallback?: boolean;
}

type MessageHandler = Required<Pick<Handler<unknown, unknown, unknown, unknown>, 'post' | 'req'>>;

export function callHandler(options: CallHandlerOptions): MessageHandler {
  const { posts, requests, self, isCallback = false } = options;
  return {
    post: (msg) => {
      const call = callOf(msg);
      const [{ owner, key }, args] = prepare(posts, call);
      return owner.post(key, self, args) as undefined;
    },
    req: (msg, rctx) => {
      const call = callOf(msg);
      const [found, args] = prepare(requests, call);
      return new found.owner.Call(self, rctx, isCallback).run(found, { ...call, args });
    },
  };
}

/** Finds the method, and puts the references into the arguments. */
function prepare(methods: CallableObject, call: AnyCall): [Found, never[]] {
  try {
    const found = methods.find(call.name);
    return [found, receivedArguments(call) as never[]];
  } catch (error) {
    closePortsOf(call);
    throw error;
  }
}
