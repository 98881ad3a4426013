// Each library between a page and its frame, in the way its own documents show: `open` in the page,
// `serve` in the frame, each with the other's origin.
import * as comlink from 'comlink';
import * as penpal from 'penpal';
import { connect, listen } from 'ump-ng';
import { service } from '../service.mjs';

async function answer({ msg: { name, value }, rctx }) {
  try {
    rctx.reply(await service[name](value));
  } catch (error) {
    rctx.fail(error);
  }
}

const umpNg = (options) => ({
  open({ contentWindow }, origin) {
    const client = connect(contentWindow, { origin, ...options });
    return (name, value, signal) => client.req({ name, value }, { signal });
  },
  async serve(origin) {
    const server = listen(undefined, { allowedOrigins: [origin] });
    for await (const message of server) void answer(message);
  },
});

export const peers = {
  'ump-ng': umpNg({}),
  'ump-ng, reconnect': umpNg({ reconnect: true }),
  penpal: {
    cannotAbort: true,
    open({ contentWindow }, origin) {
      const messenger = new penpal.WindowMessenger({
        remoteWindow: contentWindow,
        allowedOrigins: [origin],
      });
      const connection = penpal.connect({ messenger });
      return async (name, value) => (await connection.promise)[name](value);
    },
    serve(origin) {
      const messenger = new penpal.WindowMessenger({
        remoteWindow: parent,
        allowedOrigins: [origin],
      });
      penpal.connect({ messenger, methods: service });
    },
  },
  comlink: {
    cannotAbort: true,
    open(frame, origin) {
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      const endpoint = comlink.windowEndpoint(frame.contentWindow, globalThis, origin);
      const remote = comlink.wrap(endpoint);
      return async (name, value) => {
        await loaded;
        return remote[name](value);
      };
    },
    serve: (origin) =>
      comlink.expose(service, comlink.windowEndpoint(parent, globalThis, origin), [origin]),
  },
};
