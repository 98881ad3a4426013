/**
 * listen(): accepts clients that come by an endpoint, and rejects them once the server has ended.
 * The states of a listener:
 *
 *   awaiting ──OPEN of the first client──► accepting
 *       └──────────────────┬───────────────────┘
 *                          │  the peer is lost, or the server has ended
 *                          ▼
 *                       closed
 */
import { nameScopeOf, type EndpointAdapter, type HandshakeListener } from './endpoint.js';
import { raise } from '../errors.js';
import type { Acceptor } from '../server/lifetime.js';
import type { Transport } from '../transport/transport.js';
import { liveness, openTransport, onceIdentified } from '../transport/driver.js';
import { Mailbox } from '../server/mailbox.js';
import {
  checkCapacity,
  checkLanes,
  checkTransportOptions,
  isForActor,
  type ListenOptions,
  type OnDropped,
} from '../options.js';
import { createServer, type Server } from '../server/server.js';
import type { Failure } from '../support/failure.js';
import { perThread } from '../support/per-thread.js';
import * as frames from '../protocol/frames.js';

/** Sends a handshake message to the client that asked, or to all that may be there. */
type SendHandshake = (handshake: frames.HandshakeMessage) => void;

/** The names that servers listen to, or have listened to, within one scope. */
interface ListeningNames {
  /** The names of the servers that listen there. */
  readonly active: Set<string>;
  /** For each name whose server has ended: a function that stops rejecting late clients. */
  readonly closed: Map<string, () => void>;
}

const allNames = perThread(() => new WeakMap<object, ListeningNames>());

function namesOn(endpoint: EndpointAdapter): ListeningNames {
  const scope = nameScopeOf(endpoint);
  const names = allNames().get(scope) ?? { active: new Set(), closed: new Map() };
  allNames().set(scope, names);
  return names;
}

/** A server for any number of clients that connect through the endpoint. */
export function listenThrough<P, S, R, E>(
  stackStartFn: unknown,
  endpoint: EndpointAdapter,
  options: ListenOptions,
): Server<P, S, R, E> {
  const { name = '', keepAlive = endpoint.staysOpen ?? false, onDropped } = options;
  const capacity = checkCapacity(stackStartFn, options.capacity);
  const transportOptions = {
    ...checkTransportOptions(stackStartFn, options),
    lane: checkLanes(stackStartFn, options.lanes),
  };
  const { active, closed } = namesOn(endpoint);
  if (active.has(name)) {
    raise(stackStartFn, 'AlreadyListening', `a server named '${name}' already listens here`);
  }
  active.add(name);
  const mailbox = new Mailbox(capacity, keepAlive, onDropped, transportOptions);
  new Listener(mailbox, endpoint, name, isForActor(options)).start();
  closed.get(name)?.();
  closed.delete(name);
  return createServer(mailbox);
}

class Listener implements Acceptor, HandshakeListener {
  #state: 'awaiting' | 'accepting' | 'closed' = 'awaiting';
  readonly #mailbox: Mailbox;
  readonly #endpoint: EndpointAdapter;
  readonly #name: string;
  readonly #isActor: boolean;
  readonly names: readonly string[];
  #stopListening: (() => void) | undefined;

  constructor(mailbox: Mailbox, endpoint: EndpointAdapter, name: string, isActor: boolean) {
    this.#mailbox = mailbox;
    this.#endpoint = endpoint;
    this.#name = name;
    this.names = [name];
    this.#isActor = isActor;
  }

  get awaitsFirstClient(): boolean {
    return this.#state === 'awaiting';
  }

  start(): void {
    this.#mailbox.lifetime.setAcceptor(this, (reason) => {
      this.#onServerEnd(reason);
    });
    this.#stopListening = this.#endpoint.listen(this);
    this.#announce((handshake) => {
      this.#endpoint.send(handshake);
    });
  }

  onHandshake(handshake: frames.HandshakeMessage, answer: SendHandshake, origin?: string): void {
    const [, , kind, , , agentId] = handshake;
    // A KNOCK of another version gets an ANNOUNCE too, from which its sender learns this version.
    if (kind === frames.KNOCK) this.#announce(answer);
    const transport = openedTransport(this.#endpoint, handshake);
    if (transport === undefined) return;
    const connection = this.#mailbox.addConnection(transport, frames.STRONG, origin);
    // Its HELLO may be lost with that agent.
    if (typeof agentId === 'string') connection.peer.watchHolder(agentId);
    connection.start();
    if (this.awaitsFirstClient) this.#state = 'accepting';
    this.#mailbox.lifetime.endReservation();
  }

  onDeath(): void {
    this.#acceptNoMore();
  }

  #announce(answer: SendHandshake): void {
    onceIdentified(() => {
      if (this.#state === 'closed') return;
      answer(frames.handshake(frames.ANNOUNCE, this.#name, liveness()?.agentId, this.#isActor));
    });
  }

  #onServerEnd(reason: Failure | undefined): void {
    this.#mailbox.close(reason);
    const { active, closed } = namesOn(this.#endpoint);
    active.delete(this.#name);
    if (this.#endpoint.sharesCallers !== true) {
      closed.set(
        this.#name,
        rejectLateClients(this.#endpoint, this.#name, this.#mailbox.onDropped),
      );
    }
    this.#stopListening?.();
    this.#acceptNoMore();
  }

  #acceptNoMore(): void {
    this.#state = 'closed';
    this.#mailbox.acceptorDone();
  }
}

/** The transport that a client opens, if the handshake message is an OPEN. */
function openedTransport(
  endpoint: EndpointAdapter,
  [, , kind, , portOrNumber]: frames.HandshakeMessage,
): Transport | undefined {
  if (kind !== frames.OPEN) return undefined;
  return typeof portOrNumber === 'number'
    ? endpoint.acceptNumber?.(portOrNumber)
    : openTransport(portOrNumber as frames.FramePort);
}

/**
 * Rejects clients that connect after the server has ended. Of the ended server, only `onDropped`
 * stays reachable, and all ended servers of one endpoint share one listener on the application's
 * object. Returns a function that stops it.
 */
function rejectLateClients(
  endpoint: EndpointAdapter,
  name: string,
  onDropped: OnDropped | undefined,
): () => void {
  const sendClosed = (answer: SendHandshake): void => {
    onceIdentified(() => {
      answer(frames.handshake(frames.CLOSED, name, liveness()?.agentId));
    });
  };
  sendClosed((handshake) => {
    endpoint.send(handshake);
  });
  return endpoint.listen({
    names: [name],
    onHandshake: (handshake, answer) => {
      const [, , kind] = handshake;
      if (kind === frames.KNOCK) sendClosed(answer);
      // The client sent OPEN before it could know. A closed mailbox rejects what it has sent.
      const transport = openedTransport(endpoint, handshake);
      if (transport === undefined) return;
      const mailbox = new Mailbox(0, false, onDropped);
      mailbox.close();
      mailbox.acceptClient(transport, frames.STRONG);
    },
    onDeath: () => undefined,
  });
}
