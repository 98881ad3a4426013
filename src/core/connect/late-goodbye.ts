/**
 * A server that ends with its last client must also learn of a client that gave up before the
 * server listened: it counts as one that has come and gone, and without it the server might never
 * end.
 */
import { Session } from '../client/session.js';
import { nameScopeOf, type EndpointAdapter } from './endpoint.js';
import { liveness, onceIdentified } from '../transport/driver.js';
import { perThread } from '../support/per-thread.js';
import { createPending } from './pending-port.js';
import * as frames from '../protocol/frames.js';

/** Functions that cancel a goodbye which was not said yet, by scope and name. */
const goodbyes = perThread(() => new WeakMap<object, Map<string, () => void>>());

/**
 * Opens a connection and closes it as soon as a server of this name announces itself and `fits`.
 */
export function sayLateGoodbye(
  endpoint: EndpointAdapter,
  name: string,
  fits: (handshake: frames.HandshakeMessage) => boolean,
): void {
  const byName = goodbyes().get(nameScopeOf(endpoint)) ?? new Map<string, () => void>();
  goodbyes().set(nameScopeOf(endpoint), byName);
  if (byName.has(name)) return;
  const stop = endpoint.listen({
    names: [name],
    onHandshake: (handshake) => {
      const [, , kind] = handshake;
      if (kind !== frames.ANNOUNCE && kind !== frames.CLOSED) return;
      if (endpoint.isReachable === false) return;
      if (kind === frames.ANNOUNCE && fits(handshake)) comeAndGo(endpoint, name);
      cancel();
    },
    onDeath: () => {
      cancel();
    },
  });
  const cancel = (): void => {
    byName.delete(name);
    stop();
  };
  byName.set(name, cancel);
  // The client may have given up before its KNOCK was sent.
  onceIdentified(() => {
    if (byName.get(name) === cancel)
      endpoint.send(frames.handshake(frames.KNOCK, name, liveness()?.agentId));
  });
}

function comeAndGo(endpoint: EndpointAdapter, name: string): void {
  const pending = createPending(endpoint);
  const session = new Session(pending.transport).start();
  pending.open(name, () => undefined);
  session.close();
}

/**
 * A new client of this name follows, so the goodbye is not needed: that client connects, or says
 * its own.
 */
export function cancelLateGoodbye(endpoint: EndpointAdapter, name: string): void {
  goodbyes().get(nameScopeOf(endpoint))?.get(name)?.();
}
