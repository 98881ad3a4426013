/**
 * A server that ends with its last client must also learn of one that gave up before the server was
 * there: such a client has come and gone, and nothing else might ever end the server.
 */
import { ClientLine } from './client-line.js';
import type { Endpoint } from './endpoint.js';
import { life, onceNamed } from './link.js';
import { PortDial } from './port-dial.js';
import * as wire from './wire.js';

/** How to take back what is still to be said, by place and name. */
const partings = new WeakMap<object, Map<string, () => void>>();

const placeOf = (endpoint: Endpoint): object => endpoint.place ?? endpoint;

/** Opens one line and closes it, as soon as the server of that name announces itself and `fits`. */
export function part(
  endpoint: Endpoint,
  name: string,
  fits: (signal: wire.Signal) => boolean,
): void {
  const byName = partings.get(placeOf(endpoint)) ?? new Map<string, () => void>();
  partings.set(placeOf(endpoint), byName);
  if (byName.has(name)) return;
  const stop = endpoint.listen({
    signal: (signal) => {
      const [, , kind, to] = signal;
      if (to !== name || (kind !== wire.ANNOUNCE && kind !== wire.CLOSED)) return;
      if (kind === wire.ANNOUNCE && fits(signal)) comeAndGo(endpoint, name);
      takeBack();
    },
    dead: () => {
      takeBack();
    },
  });
  const takeBack = (): void => {
    byName.delete(name);
    stop();
  };
  byName.set(name, takeBack);
  // The client may have gone before it asked.
  onceNamed(() => {
    if (byName.get(name) === takeBack) endpoint.send(wire.signal(wire.KNOCK, name, life()?.name));
  });
}

function comeAndGo(endpoint: Endpoint, name: string): void {
  const dial = endpoint.dial?.() ?? new PortDial(endpoint);
  const line = new ClientLine(dial.link);
  dial.open(name, () => undefined);
  line.close();
}

/** There is another client, which comes itself or gives up in its turn. */
export function takeBackParting(endpoint: Endpoint, name: string): void {
  partings.get(placeOf(endpoint))?.get(name)?.();
}
