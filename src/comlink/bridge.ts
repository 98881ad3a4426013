/**
 * A port that stands for an endpoint which connect() and listen() do not know. Only the handshake
 * passes through the bridge; the connection has the port that is moved with it:
 *
 *   connect(port) ═► postMessage() of the endpoint ··· the endpoint emits it ═► listen(port)
 *
 * Where an endpoint cannot move ports (a BroadcastChannel), the messages of the connection pass
 * through the endpoint, too: as [TUNNEL, number, message].
 */
import { createChannel, globals, MAGIC, OPEN, type WorkingPort } from '../core/internal.js';
import type { Endpoint } from './types.js';

interface Port extends WorkingPort {
  onmessage?: (event: { data: unknown }) => void;
  unref?(): void;
}

interface WorkingEndpoint {
  postMessage(message: unknown, transfer?: readonly object[]): void;
  addEventListener(
    type: 'message',
    listener: (event: { data: unknown; source?: unknown }) => void,
  ): void;
  start?(): void;
}

/** The name of the servers and clients of this entry: an endpoint may have others. */
export const NAME = 'comlink';

const TUNNEL = 'ump-ng.tunnel';
/** The place of the port in a handshake message. */
const PORT = 4;

/** The port in a handshake message, as what moves with it. */
const portIn = (handshake: readonly unknown[]): Port[] =>
  typeof handshake[PORT] === 'object' ? [handshake[PORT] as Port] : [];

/** @param window Messages of other windows are not accepted. */
export function bridge(endpoint: Endpoint, isListening: boolean, window?: unknown): WorkingPort {
  const ep = endpoint as unknown as WorkingEndpoint;
  const tunnels = new Map<unknown, Port>();
  const { port1, port2 } = createChannel(bridge);

  const receive = (port: Port, listener: (data: unknown[]) => void): void => {
    port.onmessage = ({ data }) => {
      listener(data as unknown[]);
    };
    port.unref?.();
  };
  const tunnel = (port: Port, number: unknown): void => {
    tunnels.set(number, port);
    receive(port, (data) => {
      try {
        ep.postMessage([TUNNEL, number, data]);
      } catch {
        // The endpoint was closed, or cannot carry this message.
        port.close();
      }
    });
  };

  receive(port2, (handshake) => {
    const ports = portIn(handshake);
    try {
      ep.postMessage(handshake, ports);
    } catch {
      // The endpoint was closed, or cannot move ports.
      for (const port of ports) {
        [handshake[PORT]] = globals.crypto.getRandomValues(new Uint32Array(1));
        tunnel(port, handshake[PORT]);
        ep.postMessage(handshake);
      }
    }
  });
  ep.addEventListener('message', ({ data, source }) => {
    if (!Array.isArray(data) || (window !== undefined && source !== window)) return;
    if (data[0] === TUNNEL) tunnels.get(data[1])?.postMessage(data[2]);
    const [magic, , kind, name] = data as unknown[];
    // Each kind has one direction, those to a server are even. A port can be passed on only once.
    const isHere = magic === MAGIC && name === NAME && ((kind as number) % 2 === 0) === isListening;
    if (!isHere) return;
    if (kind === OPEN && typeof data[PORT] === 'number') {
      const ends = createChannel(bridge);
      tunnel(ends.port2, data[PORT]);
      data[PORT] = ends.port1;
    }
    port2.postMessage(data, portIn(data));
  });
  ep.start?.();
  return port1;
}
