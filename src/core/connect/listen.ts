import type { Endpoint } from './endpoint.js';
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

/** Sends a signal to the client that asked, or to all that may be there. */
type SendHandshake = (handshake: frames.HandshakeMessage) => void;

interface Place {
  /** The names of the servers that listen here. */
  readonly live: Set<string>;
  /** Of each name whose server has ended: stops turning away those who come late. */
  readonly ended: Map<string, () => void>;
}

const places = perThread(() => new WeakMap<object, Place>());

function placeOf(endpoint: Endpoint): Place {
  const key = endpoint.place ?? endpoint;
  const place = places().get(key) ?? { live: new Set(), ended: new Map() };
  places().set(key, place);
  return place;
}

/** One server, any number of clients that come by the endpoint. */
export function listenThrough<P, S, R, E>(
  stackStartFn: unknown,
  endpoint: Endpoint,
  options: ListenOptions,
): Server<P, S, R, E> {
  const { name = '', keepAlive = endpoint.staysOpen ?? false, onDropped } = options;
  const capacity = checkCapacity(stackStartFn, options.capacity);
  const heartbeat = checkTimeout(stackStartFn, options.heartbeat, 'heartbeat');
  const { live, ended } = placeOf(endpoint);
  if (live.has(name)) {
    raise(stackStartFn, 'AlreadyListening', `a server named '${name}' already listens here`);
  }
  live.add(name);
  const mailbox = new Mailbox(capacity, keepAlive, onDropped, heartbeat);
  new Listener(mailbox, endpoint, name, isForActor(options));
  ended.get(name)?.();
  ended.delete(name);
  return createServer(mailbox);
}

class Listener implements Acceptor {
  awaitsFirstClient = true;
  #over = false;
  readonly #mailbox: Mailbox;
  readonly #endpoint: Endpoint;
  readonly #name: string;
  readonly #actor: boolean;
  readonly #stop: () => void;
  /** Until the first client is here, the endpoint counts as one. */
  readonly #release: () => void;

  constructor(mailbox: Mailbox, endpoint: Endpoint, name: string, actor: boolean) {
    this.#mailbox = mailbox;
    this.#endpoint = endpoint;
    this.#name = name;
    this.#actor = actor;
    this.#release = mailbox.reserve();
    mailbox.acceptor = this;
    mailbox.onEnd = () => {
      this.#end();
    };
    this.#stop = endpoint.listen({
      onHandshake: (handshake, answer) => {
        this.#onHandshake(handshake, answer);
      },
      onDeath: () => {
        this.#acceptNoMore();
      },
    });
    this.#announce((handshake) => {
      endpoint.send(handshake);
    });
  }

  #onHandshake(handshake: frames.HandshakeMessage, answer: SendHandshake): void {
    const [, , kind, name] = handshake;
    if (name !== this.#name) return;
    // A knock in another version gets our announcement, which tells its sender ours.
    if (kind === frames.KNOCK) this.#announce(answer);
    const transport = openedTransport(this.#endpoint, handshake);
    if (transport === undefined) return;
    this.#mailbox.acceptClient(transport, frames.STRONG);
    this.awaitsFirstClient = false;
    this.#release();
  }

  #announce(answer: SendHandshake): void {
    onceIdentified(() => {
      if (this.#over) return;
      answer(frames.handshake(frames.ANNOUNCE, this.#name, liveness()?.agentId, this.#actor));
    });
  }

  #end(): void {
    this.#over = true;
    this.#mailbox.close(this.#mailbox.endReason);
    const { live, ended } = placeOf(this.#endpoint);
    live.delete(this.#name);
    if (this.#endpoint.sharesCallers !== true) {
      ended.set(this.#name, rejectLateClients(this.#endpoint, this.#name, this.#mailbox.onDropped));
    }
    this.#stop();
    this.#acceptNoMore();
  }

  #acceptNoMore(): void {
    this.awaitsFirstClient = false;
    this.#release();
    this.#mailbox.acceptorDone();
  }
}

/** The line that a client opens, if the signal is an OPEN. */
function openedTransport(
  endpoint: Endpoint,
  [, , kind, , to]: frames.HandshakeMessage,
): Transport | undefined {
  if (kind !== frames.OPEN) return undefined;
  return typeof to === 'number'
    ? endpoint.acceptNumber?.(to)
    : openTransport(to as frames.FramePort);
}

/**
 * What stays of a server that has ended: it refuses clients that come late. It holds nothing of
 * that server but its hook. All servers that have ended at one endpoint share one listener on the
 * user's object.
 */
function rejectLateClients(
  endpoint: Endpoint,
  name: string,
  onDropped: OnDropped | undefined,
): () => void {
  const refuse = (answer: SendHandshake): void => {
    onceIdentified(() => {
      answer(frames.handshake(frames.CLOSED, name, liveness()?.agentId));
    });
  };
  refuse((handshake) => {
    endpoint.send(handshake);
  });
  return endpoint.listen({
    onHandshake: (handshake, answer) => {
      const [, , kind, to] = handshake;
      if (to !== name) return;
      if (kind === frames.KNOCK) refuse(answer);
      // It was opened before its client could know. What it has sent is refused by a mailbox that
      // is closed.
      const transport = openedTransport(endpoint, handshake);
      if (transport === undefined) return;
      const closed = new Mailbox(0, false, onDropped);
      closed.close();
      closed.acceptClient(transport, frames.STRONG);
    },
    onDeath: () => undefined,
  });
}
