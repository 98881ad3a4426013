/**
 * A port that stands for an endpoint which connect() and listen() do not know. Only the handshake
 * passes through the bridge; the connection has the port that is moved with it:
 *
 *   connect(port) ═► postMessage() of the endpoint ··· the endpoint emits it ═► listen(port)
 *
 * Where an endpoint cannot move ports (a BroadcastChannel), the messages of the connection pass
 * through the endpoint, too: as [TUNNEL, number, message].
 */
import {
  closePortsIn,
  createChannel,
  isFin,
  isPortLike,
  MAGIC,
  OPEN,
  uniqueNumber,
  type WorkingPort,
} from '../core/internal.js';
import type { Endpoint } from './types.js';

interface EmittedPort extends WorkingPort {
  onmessage?: (event: { data: unknown }) => void;
  addEventListener?(type: 'close', listener: () => void): void;
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
const portIn = (handshake: readonly unknown[]): EmittedPort[] =>
  isPortLike(handshake[PORT]) ? [handshake[PORT] as EmittedPort] : [];

/**
 * Sends the message, and returns false if it cannot be sent: the target may be closed, and the
 * other side may have sent anything, such as ports in places where none belong.
 */
function pass(
  target: Pick<WorkingPort, 'postMessage'>,
  message: unknown,
  transfer: readonly object[] = [],
): boolean {
  try {
    target.postMessage(message, transfer);
    return true;
  } catch {
    return false;
  }
}

function receive(port: EmittedPort, listener: (data: unknown[]) => void): void {
  port.onmessage = ({ data }) => {
    listener(data as unknown[]);
  };
  port.unref?.();
}

/** The connections whose messages pass through the endpoint, by number. */
class Tunnels {
  readonly #endpoint: WorkingEndpoint;
  readonly #tunnels = new Map<unknown, { port: EmittedPort; finished: Set<'in' | 'out'> }>();

  constructor(endpoint: WorkingEndpoint) {
    this.#endpoint = endpoint;
  }

  /** Returns false if there is one with this number. */
  open(port: EmittedPort, number: unknown): boolean {
    if (this.#tunnels.has(number)) return false;
    this.#tunnels.set(number, { port, finished: new Set() });
    port.addEventListener?.('close', () => {
      this.#tunnels.delete(number);
    });
    receive(port, (data) => {
      if (!pass(this.#endpoint, [TUNNEL, number, data])) this.close(number);
      else this.#passed(number, 'out', data);
    });
    return true;
  }

  deliver(number: unknown, message: unknown): void {
    const tunnel = this.#tunnels.get(number);
    if (tunnel === undefined) return;
    if (!pass(tunnel.port, message)) this.close(number);
    else this.#passed(number, 'in', message);
  }

  close(number: unknown): void {
    this.#tunnels.get(number)?.port.close();
    this.#tunnels.delete(number);
  }

  /** Not every platform reports that a port was closed; there each end says FIN. */
  #passed(number: unknown, direction: 'in' | 'out', message: unknown): void {
    if (!isFin(message)) return;
    const finished = this.#tunnels.get(number)?.finished.add(direction);
    if (finished?.size === 2) this.close(number);
  }
}

/** @param window Messages of other windows are not accepted. */
export function bridge(endpoint: Endpoint, isListening: boolean, window?: unknown): WorkingPort {
  const ep = endpoint as unknown as WorkingEndpoint;
  const tunnels = new Tunnels(ep);
  const { port1, port2 } = createChannel(bridge);

  receive(port2, (handshake) => {
    const [port] = portIn(handshake);
    if (pass(ep, handshake, portIn(handshake)) || port === undefined) return;
    // The endpoint was closed, or cannot move ports.
    const number = uniqueNumber();
    tunnels.open(port, number);
    handshake[PORT] = number;
    if (!pass(ep, handshake)) tunnels.close(number);
  });
  ep.addEventListener('message', ({ data, source }) => {
    if (!Array.isArray(data) || (window !== undefined && source !== window)) return;
    if (data[0] === TUNNEL) tunnels.deliver(data[1], data[2]);
    const [magic, , kind, name] = data as unknown[];
    // Even kinds go to a server, odd ones to a client. A port can be passed on only once.
    const isHere = magic === MAGIC && name === NAME && ((kind as number) % 2 === 0) === isListening;
    if (!isHere) return;
    if (kind === OPEN && typeof data[PORT] === 'number') {
      const ends = createChannel(bridge);
      if (!tunnels.open(ends.port2, data[PORT])) return;
      data[PORT] = ends.port1;
    }
    if (!pass(port2, data, portIn(data))) closePortsIn(data);
  });
  ep.start?.();
  return port1;
}
