// penpal, which speaks over a MessagePort once both have found each other. It knows no one-way
// message.
import { CallOptions, connect, Reply, WindowMessenger } from 'penpal';

export async function open({ contentWindow }, origin) {
  const messenger = new WindowMessenger({ remoteWindow: contentWindow, allowedOrigins: [origin] });
  const connection = connect({ messenger });
  const remote = await connection.promise;
  return {
    call: (value, transferables) =>
      transferables === undefined
        ? remote.request(value)
        : remote.request(value, new CallOptions({ transferables })),
    transfers: true,
    close: () => connection.destroy(),
  };
}

export function serve(service, origin) {
  const request = (value) => {
    const reply = service.request(value);
    const transferables = service.transfer(reply);
    return transferables ? new Reply(reply, { transferables }) : reply;
  };
  const messenger = new WindowMessenger({ remoteWindow: parent, allowedOrigins: [origin] });
  connect({ messenger, methods: { request } });
}
