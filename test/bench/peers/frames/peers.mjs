// Each library between a page and its frame, in the way its own documents show: `open` in the page,
// `serve` in the frame, each with the other's origin.
import * as comlink from 'comlink';
import * as penpal from 'penpal';
import { connect, listen } from 'ump-ng';
import { actor, remote, serve } from 'ump-ng/actors';
import { service } from '../service.mjs';

const umpNg = (options) => ({
  open({ contentWindow }, origin) {
    const there = remote(connect(contentWindow, { origin, ...options }));
    return (name, value, signal) => (signal ? there.with({ signal }) : there).req[name](value);
  },
  serve: (origin) =>
    // As many calls at a time as come, as with the other libraries.
    serve(listen(undefined, { allowedOrigins: [origin] }), actor({ req: service }), {
      concurrency: Infinity,
    }),
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
