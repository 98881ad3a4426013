import type { EndpointAdapter, PendingTransport } from './endpoint.js';
import { isFin } from '../protocol/validate.js';
import type { Transport } from '../transport/transport.js';
import { liveness, openTransport, createChannel } from '../transport/driver.js';
import type { WorkingPort } from '../support/platform.js';
import * as frames from '../protocol/frames.js';

/** A transport to a peer that may not listen yet, over the endpoint's own channel or a new port. */
export const createPending = (endpoint: EndpointAdapter): PendingTransport =>
  endpoint.createPending?.() ?? pendingPort(endpoint);

/**
 * A transport over a new port. Frames wait in that port, which is sent to the peer only after a
 * listener has announced itself there: a port that is sent earlier could be lost, with all frames
 * in it.
 */
function pendingPort(endpoint: EndpointAdapter): PendingTransport {
  const { port1, port2 } = createChannel(pendingPort);
  let unsent: WorkingPort | undefined = port1;
  const takePort = (): WorkingPort | undefined => {
    const port = unsent;
    unsent = undefined;
    return port;
  };
  return {
    transport: openTransport(port2),
    open: (name) => {
      const port = takePort();
      if (port === undefined) return;
      endpoint.send(frames.handshake(frames.OPEN, name, port, liveness()?.agentId), [port]);
    },
    abort: (discard) => {
      const port = takePort();
      if (port !== undefined) discardAll(openTransport(port), discard);
    },
  };
}

/** Reads what waits in a port that was never sent, and closes it. */
function discardAll(transport: Transport, discard: (frame: unknown) => void): void {
  const close = (): void => {
    transport.markPeerClosed();
    transport.close();
  };
  transport.start({
    receive: (frame) => {
      if (isFin(frame)) close();
      else discard(frame);
    },
    peerLost: close,
  });
  transport.poll();
}
