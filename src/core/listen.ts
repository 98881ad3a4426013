import type { Endpoint } from './endpoint.js';
import { raise } from './errors.js';
import type { Source } from './lifetime.js';
import { life, linkOver, onceNamed, type Link } from './link.js';
import { Mailbox } from './mailbox.js';
import {
  checkCapacity,
  checkTimeout,
  isForActor,
  type ListenOptions,
  type OnDropped,
} from './options.js';
import { serverOver, type Server } from './server.js';
import * as wire from './wire.js';

/** Sends a signal to the client that asked, or to all that may be there. */
type Answer = (signal: wire.Signal) => void;

interface Place {
  /** The names of the servers that listen here. */
  readonly live: Set<string>;
  /** Of each name whose server has ended: stops turning away those who come late. */
  readonly ended: Map<string, () => void>;
}

const places = new WeakMap<object, Place>();

function placeOf(endpoint: Endpoint): Place {
  const key = endpoint.place ?? endpoint;
  const place = places.get(key) ?? { live: new Set(), ended: new Map() };
  places.set(key, place);
  return place;
}

/** One server, any number of clients that come by the endpoint. */
export function listenOver<P, S, R, E>(
  entry: unknown,
  endpoint: Endpoint,
  options: ListenOptions,
): Server<P, S, R, E> {
  const { name = '', keepAlive = endpoint.staysOpen ?? false, onDropped } = options;
  const capacity = checkCapacity(entry, options.capacity);
  const heartbeat = checkTimeout(entry, options.heartbeat, 'heartbeat');
  const { live, ended } = placeOf(endpoint);
  if (live.has(name)) {
    raise(entry, 'NotSupported', `a server named '${name}' already listens here`);
  }
  live.add(name);
  const mailbox = new Mailbox(capacity, keepAlive, onDropped, heartbeat);
  new Listening(mailbox, endpoint, name, isForActor(options));
  ended.get(name)?.();
  ended.delete(name);
  return serverOver(mailbox);
}

class Listening implements Source {
  expectsFirst = true;
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
    mailbox.source = this;
    mailbox.onEnd = () => {
      this.#end();
    };
    this.#stop = endpoint.listen({
      signal: (signal, answer) => {
        this.#signal(signal, answer);
      },
      dead: () => {
        this.#noMore();
      },
    });
    this.#announce((signal) => {
      endpoint.send(signal);
    });
  }

  #signal(signal: wire.Signal, answer: Answer): void {
    const [, , kind, name] = signal;
    if (name !== this.#name) return;
    // A knock in another version gets our announcement, which tells its sender ours.
    if (kind === wire.KNOCK) this.#announce(answer);
    const link = lineOf(this.#endpoint, signal);
    if (link === undefined) return;
    this.#mailbox.accept(link, wire.STRONG);
    this.expectsFirst = false;
    this.#release();
  }

  #announce(answer: Answer): void {
    onceNamed(() => {
      if (this.#over) return;
      answer(wire.signal(wire.ANNOUNCE, this.#name, life()?.name, this.#actor));
    });
  }

  #end(): void {
    this.#over = true;
    this.#mailbox.close(this.#mailbox.over);
    const { live, ended } = placeOf(this.#endpoint);
    live.delete(this.#name);
    if (this.#endpoint.sharesCallers !== true) {
      ended.set(this.#name, turnAway(this.#endpoint, this.#name, this.#mailbox.onDropped));
    }
    this.#stop();
    this.#noMore();
  }

  #noMore(): void {
    this.expectsFirst = false;
    this.#release();
    this.#mailbox.sourceDone();
  }
}

/** The line that a client opens, if the signal is an OPEN. */
function lineOf(endpoint: Endpoint, [, , kind, , to]: wire.Signal): Link | undefined {
  if (kind !== wire.OPEN) return undefined;
  return typeof to === 'number' ? endpoint.answer?.(to) : linkOver(to as wire.WirePort);
}

/**
 * What stays of a server that has ended: it refuses clients that come late. It holds nothing of
 * that server but its hook. All servers that have ended at one endpoint share one listener on the
 * user's object.
 */
function turnAway(endpoint: Endpoint, name: string, onDropped: OnDropped | undefined): () => void {
  const refuse = (answer: Answer): void => {
    onceNamed(() => {
      answer(wire.signal(wire.CLOSED, name, life()?.name));
    });
  };
  refuse((signal) => {
    endpoint.send(signal);
  });
  return endpoint.listen({
    signal: (signal, answer) => {
      const [, , kind, to] = signal;
      if (to !== name) return;
      if (kind === wire.KNOCK) refuse(answer);
      // It was opened before its client could know. What it has sent is refused by a mailbox that
      // is closed.
      const link = lineOf(endpoint, signal);
      if (link === undefined) return;
      const closed = new Mailbox(0, false, onDropped);
      closed.close();
      closed.accept(link, wire.STRONG);
    },
    dead: () => undefined,
  });
}
