/**
 * listen(): accepts clients that come by an endpoint, and rejects them once the server has ended.
 */
import type { Endpoint, HandshakeListener } from './endpoint.js';
import { raise } from '../errors.js';
import type { Acceptor } from '../server/lifetime.js';
import type { Transport } from '../transport/transport.js';
import { liveness, openTransport, onceIdentified } from '../transport/driver.js';
import { Mailbox } from '../server/mailbox.js';
import {
  checkCapacity,
  checkTimeout,
  isForActor,
  type ListenOptions,
  type OnDropped,
} from '../options.js';
import { createServer, type Server } from '../server/server.js';
import { perThread } from '../support/per-thread.js';
import * as frames from '../protocol/frames.js';

/** Sends a handshake message to the client that asked, or to all that may be there. */
type SendHandshake = (handshake: frames.HandshakeMessage) => void;

/** The names that servers listen to, or have listened to, on one target. */
interface ListeningNames {
  /** The names of the servers that listen there. */
  readonly active: Set<string>;
  /** For each name whose server has ended: a function that stops rejecting late clients. */
  readonly ended: Map<string, () => void>;
}

const allNames = perThread(() => new WeakMap<object, ListeningNames>());

function namesOn(endpoint: Endpoint): ListeningNames {
  const key = endpoint.place ?? endpoint;
  const names = allNames().get(key) ?? { active: new Set(), ended: new Map() };
  allNames().set(key, names);
  return names;
}

/** A server for any number of clients that connect through the endpoint. */
export function listenThrough<P, S, R, E>(
  stackStartFn: unknown,
  endpoint: Endpoint,
  options: ListenOptions,
): Server<P, S, R, E> {
  const { name = '', keepAlive = endpoint.staysOpen ?? false, onDropped } = options;
  const capacity = checkCapacity(stackStartFn, options.capacity);
  const heartbeat = checkTimeout(stackStartFn, options.heartbeat, 'heartbeat');
  const { active, ended } = namesOn(endpoint);
  if (active.has(name)) {
    raise(stackStartFn, 'AlreadyListening', `a server named '${name}' already listens here`);
  }
  active.add(name);
  const mailbox = new Mailbox(capacity, keepAlive, onDropped, heartbeat);
  new Listener(mailbox, endpoint, name, isForActor(options)).start();
  ended.get(name)?.();
  ended.delete(name);
  return createServer(mailbox);
}

class Listener implements Acceptor, HandshakeListener {
  awaitsFirstClient = true;
  #isEnded = false;
  readonly #mailbox: Mailbox;
  readonly #endpoint: Endpoint;
  readonly #name: string;
  readonly #isActor: boolean;
  #stopListening: (() => void) | undefined = undefined;
  /** Ends the reservation for the first client: until it has come, the endpoint counts as one. */
  readonly #release: () => void;

  constructor(mailbox: Mailbox, endpoint: Endpoint, name: string, isActor: boolean) {
    this.#mailbox = mailbox;
    this.#endpoint = endpoint;
    this.#name = name;
    this.#isActor = isActor;
    this.#release = mailbox.lifetime.reserve();
    mailbox.setAcceptor(this, () => {
      this.#end();
    });
  }

  start(): void {
    this.#stopListening = this.#endpoint.listen(this);
    this.#announce((handshake) => {
      this.#endpoint.send(handshake);
    });
  }

  onHandshake(handshake: frames.HandshakeMessage, answer: SendHandshake): void {
    const [, , kind, name] = handshake;
    if (name !== this.#name) return;
    // A KNOCK of another version gets an ANNOUNCE too, from which its sender learns this version.
    if (kind === frames.KNOCK) this.#announce(answer);
    const transport = openedTransport(this.#endpoint, handshake);
    if (transport === undefined) return;
    this.#mailbox.acceptClient(transport, frames.STRONG);
    this.awaitsFirstClient = false;
    this.#release();
  }

  onDeath(): void {
    this.#acceptNoMore();
  }

  #announce(answer: SendHandshake): void {
    onceIdentified(() => {
      if (this.#isEnded) return;
      answer(frames.handshake(frames.ANNOUNCE, this.#name, liveness()?.agentId, this.#isActor));
    });
  }

  #end(): void {
    this.#isEnded = true;
    this.#mailbox.close(this.#mailbox.lifetime.endReason);
    const { active, ended } = namesOn(this.#endpoint);
    active.delete(this.#name);
    if (this.#endpoint.sharesCallers !== true) {
      ended.set(this.#name, rejectLateClients(this.#endpoint, this.#name, this.#mailbox.onDropped));
    }
    this.#stopListening?.();
    this.#acceptNoMore();
  }

  #acceptNoMore(): void {
    this.awaitsFirstClient = false;
    this.#release();
    this.#mailbox.acceptorDone();
  }
}

/** The transport that a client opens, if the handshake message is an OPEN. */
function openedTransport(
  endpoint: Endpoint,
  [, , kind, , portOrNumber]: frames.HandshakeMessage,
): Transport | undefined {
  if (kind !== frames.OPEN) return undefined;
  return typeof portOrNumber === 'number'
    ? endpoint.acceptNumber?.(portOrNumber)
    : openTransport(portOrNumber as frames.FramePort);
}

/**
 * Rejects clients that connect after the server has ended. Of the ended server, only `onDropped`
 * stays reachable, and all ended servers of one endpoint share one listener on the user's object.
 * Returns a function that stops it.
 */
function rejectLateClients(
  endpoint: Endpoint,
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
    onHandshake: (handshake, answer) => {
      const [, , kind, handshakeName] = handshake;
      if (handshakeName !== name) return;
      if (kind === frames.KNOCK) sendClosed(answer);
      // The client sent OPEN before it could know. A closed mailbox rejects what it has sent.
      const transport = openedTransport(endpoint, handshake);
      if (transport === undefined) return;
      const closed = new Mailbox(0, false, onDropped);
      closed.close();
      closed.acceptClient(transport, frames.STRONG);
    },
    onDeath: () => undefined,
  });
}
