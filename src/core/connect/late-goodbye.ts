/**
 * A server that ends with its last client must also learn of one that gave up before the server was
 * there: such a client has come and gone, and nothing else might ever end the server.
 */
import { Session } from '../client/session.js';
import type { Endpoint } from './endpoint.js';
import { liveness, onceIdentified } from '../transport/driver.js';
import { perThread } from '../support/per-thread.js';
import { PendingPort } from './pending-port.js';
import * as frames from '../protocol/frames.js';

/** How to take back what is still to be said, by place and name. */
const goodbyes = perThread(() => new WeakMap<object, Map<string, () => void>>());

const placeOf = (endpoint: Endpoint): object => endpoint.place ?? endpoint;

/** Opens one line and closes it, as soon as the server of that name announces itself and `fits`. */
export function sayLateGoodbye(
  endpoint: Endpoint,
  name: string,
  fits: (handshake: frames.HandshakeMessage) => boolean,
): void {
  const byName = goodbyes().get(placeOf(endpoint)) ?? new Map<string, () => void>();
  goodbyes().set(placeOf(endpoint), byName);
  if (byName.has(name)) return;
  const stop = endpoint.listen({
    onHandshake: (handshake) => {
      const [, , kind, to] = handshake;
      if (to !== name || (kind !== frames.ANNOUNCE && kind !== frames.CLOSED)) return;
      if (kind === frames.ANNOUNCE && fits(handshake)) comeAndGo(endpoint, name);
      takeBack();
    },
    onDeath: () => {
      takeBack();
    },
  });
  const takeBack = (): void => {
    byName.delete(name);
    stop();
  };
  byName.set(name, takeBack);
  // The client may have gone before it asked.
  onceIdentified(() => {
    if (byName.get(name) === takeBack)
      endpoint.send(frames.handshake(frames.KNOCK, name, liveness()?.agentId));
  });
}

function comeAndGo(endpoint: Endpoint, name: string): void {
  const pending = endpoint.createPending?.() ?? new PendingPort(endpoint);
  const session = new Session(pending.transport);
  pending.open(name, () => undefined);
  session.close();
}

/** There is another client, which comes itself or gives up in its turn. */
export function cancelLateGoodbye(endpoint: Endpoint, name: string): void {
  goodbyes().get(placeOf(endpoint))?.get(name)?.();
}
