import { clientOver, type Client } from './client.js';
import { ClientLine } from './client-line.js';
import type { Endpoint } from './endpoint.js';
import { Failure } from './failure.js';
import { linkOver } from './link.js';
import { checkTimeout, type ConnectOptions, type OnDropped } from './options.js';
import { globals, later, type WorkingPort, type WorkingSignal } from './platform.js';
import { reportDropped } from './values.js';
import * as wire from './wire.js';

/**
 * A client that is usable at once: what it sends waits in a port of its own, which goes to the other
 * side only when a listener has announced itself there (a port sent earlier could be lost, with all
 * that waits in it).
 */
export function connectOver<P, S, R, E>(
  entry: unknown,
  endpoint: Endpoint,
  options: ConnectOptions,
): Client<P, S, R, E> {
  const timeout = checkTimeout(entry, options.timeout);
  const { name = '', onDropped } = options;
  const signal = options.signal as WorkingSignal | undefined;
  const { port1, port2 } = new globals.MessageChannel();
  const line = new ClientLine(linkOver(port2), undefined, onDropped);
  line.endpoint = endpoint;
  /** The server's end, while it is still here. */
  let unsent: WorkingPort | undefined = port1;

  const fail = (failure: Failure): void => {
    if (unsent !== undefined) reportUnsent(unsent, onDropped);
    line.fail(failure);
  };

  const stopListening = endpoint.listen({
    signal: ([, version, kind, to]) => {
      if (to !== name || (kind !== wire.ANNOUNCE && kind !== wire.CLOSED)) return;
      if (version !== wire.VERSION) fail(new Failure('Protocol', wire.versionFault(version)));
      else if (unsent === undefined) return;
      // Once the port is there, the port alone tells: nothing orders the two.
      else if (kind === wire.CLOSED) fail(new Failure('ServerDisappeared'));
      else {
        unsent = undefined;
        endpoint.send(wire.signal(wire.OPEN, name, port1), [port1]);
      }
    },
    dead: ({ code, message, cause }) => {
      const failure = new Failure(code, message, { cause });
      if (unsent === undefined) line.firstDied(failure);
      else fail(failure);
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
    unsent?.close();
    unsent = undefined;
  };

  endpoint.release?.();
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted === true) onAbort.handleEvent();
  else endpoint.send(wire.signal(wire.KNOCK, name));
  return clientOver(line);
}

/** What was posted waits in the port that will never be sent. */
function reportUnsent(port: WorkingPort, onDropped: OnDropped | undefined): void {
  const link = linkOver(port);
  link.start({
    frame: (data) => {
      const frame = wire.read(data, wire.SERVER);
      if (frame !== undefined) reportDropped(onDropped, frame);
    },
    lost: () => undefined,
  });
  link.drain();
}
