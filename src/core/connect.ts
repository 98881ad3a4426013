import { clientOver, type Client } from './client.js';
import { ClientLine } from './client-line.js';
import type { Endpoint } from './endpoint.js';
import { Failure } from './failure.js';
import { checkTimeout, type ConnectOptions } from './options.js';
import { globals, later, type WorkingSignal } from './platform.js';
import { PortDial } from './port-dial.js';
import { reportDropped } from './values.js';
import * as wire from './wire.js';

/** A client that is usable at once: what it sends waits until somebody listens. */
export function connectOver<P, S, R, E>(
  entry: unknown,
  endpoint: Endpoint,
  options: ConnectOptions,
): Client<P, S, R, E> {
  const timeout = checkTimeout(entry, options.timeout);
  const { name = '', onDropped } = options;
  const signal = options.signal as WorkingSignal | undefined;
  const dial = endpoint.dial?.() ?? new PortDial(endpoint);
  const line = new ClientLine(dial.link, undefined, onDropped);
  line.endpoint = endpoint;

  const fail = (failure: Failure): void => {
    dial.abandon(unsent);
    line.fail(failure);
  };
  const unsent = (data: unknown): void => {
    const frame = wire.read(data, wire.SERVER);
    if (frame !== undefined) reportDropped(onDropped, frame);
  };

  const stopListening = endpoint.listen({
    signal: ([, version, kind, to, life]) => {
      if (to !== name || (kind !== wire.ANNOUNCE && kind !== wire.CLOSED)) return;
      if (version !== wire.VERSION) fail(new Failure('Protocol', wire.versionFault(version)));
      // Once the line is open, it alone tells: nothing orders the two.
      else if (!dial.waits) return;
      else if (kind === wire.CLOSED) fail(new Failure('ServerDisappeared'));
      else {
        dial.open(name);
        if (typeof life === 'string') line.watch(life);
      }
    },
    dead: ({ code, message, cause }) => {
      const failure = new Failure(code, message, { cause });
      if (dial.waits) fail(failure);
      else line.firstDied(failure);
    },
  });

  const onAbort = {
    handleEvent: (): void => {
      fail(new Failure('Aborted', undefined, { cause: signal?.reason }));
    },
  };
  const timer =
    timeout === undefined
      ? undefined
      : later(timeout, () => {
          fail(new Failure('Timeout', 'the server did not take the client up'));
        });
  const stopWatching = (): void => {
    signal?.removeEventListener('abort', onAbort);
    globals.clearTimeout(timer);
  };
  line.fate.connected.then(stopWatching, stopWatching);
  line.onFinished = () => {
    stopListening();
    dial.abandon(unsent);
  };

  endpoint.release?.();
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted === true) onAbort.handleEvent();
  else endpoint.send(wire.signal(wire.KNOCK, name));
  return clientOver(line);
}
