/** connect(): a client that is usable at once, and that can connect again. */
import { createClient, rebindClient, type Client } from '../client/client.js';
import type { Session } from '../client/session.js';
import { checkTimeout, checkTransportOptions, type ConnectOptions } from '../options.js';
import { ConnectAttempt, type AttemptOptions } from './connect-attempt.js';
import type { EndpointAdapter } from './endpoint.js';
import { createPending } from './pending-port.js';

/** A client that is usable at once: what it sends waits until the server listens. */
export function connectThrough<P, S, R, E>(
  stackStartFn: unknown,
  endpoint: EndpointAdapter,
  unchecked: ConnectOptions,
): Client<P, S, R, E> {
  const options = {
    ...unchecked,
    timeout: checkTimeout(stackStartFn, unchecked.timeout),
    ...checkTransportOptions(stackStartFn, unchecked),
  };
  const attempt = new ConnectAttempt(endpoint, options, createPending(endpoint));
  const { session } = attempt;
  attempt.start();
  const client = createClient<P, S, R, E>(session);
  if (options.reconnect === true) reconnect(new WeakRef(client), session, endpoint, options);
  return client;
}

/** Whenever a connected session loses its server, its client continues with a new session. */
function reconnect(
  client: WeakRef<Client<never, never, unknown, unknown>>,
  session: Session,
  endpoint: EndpointAdapter,
  options: AttemptOptions,
): void {
  void session.state.closed.then(({ code }) => {
    const handle = client.deref();
    if (handle === undefined || !session.state.wasConnected || code !== 'ServerDisappeared') return;
    const attempt = new ConnectAttempt(endpoint, options, createPending(endpoint));
    attempt.start(session.connections.first.peer.agentId);
    rebindClient(handle, attempt.session);
    reconnect(client, attempt.session, endpoint, options);
  });
}
