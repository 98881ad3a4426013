/**
 * A transport over any MessagePort, by what the ports of all platforms have in common. Not every
 * browser reports to a port that its other end is gone; where one does, by `close`, that is used.
 */
import type { Frame } from '../core/protocol/frames.js';
import { portsIn } from '../core/protocol/ports-in.js';
import type { WorkingPort } from '../core/support/platform.js';
import { onSenderKnown } from '../core/transport/port-senders.js';
import { ClosingTransport } from './closing-transport.js';

export interface EventPort extends WorkingPort {
  addEventListener(type: string, listener: (event: { data: unknown }) => void): void;
  start?(): void;
}

export class PortTransport extends ClosingTransport {
  readonly #port: EventPort;

  constructor(port: WorkingPort) {
    super();
    this.#port = port as EventPort;
  }

  onHolderKnown(learned: (agentId: string) => void): void {
    onSenderKnown(this.#port, learned);
  }

  send(frame: Frame, transfer?: readonly object[]): void {
    this.#port.postMessage(frame, transfer);
  }

  protected read(): void {
    const port = this.#port;
    port.addEventListener('message', ({ data }) => {
      this.receive(data);
    });
    // A message that cannot be deserialized is not a frame: the receiver refuses it.
    port.addEventListener('messageerror', () => {
      this.receive(undefined);
    });
    port.addEventListener('close', () => {
      this.notifyPeerLost();
    });
    port.start?.();
  }

  protected discard(data: unknown): void {
    for (const port of portsIn(data)) new PortTransport(port).close();
  }

  protected release(): void {
    this.#port.close();
  }
}
