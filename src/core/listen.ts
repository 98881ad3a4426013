import type { Endpoint } from './endpoint.js';
import { raise } from './errors.js';
import type { Source } from './lifetime.js';
import { life, linkOver } from './link.js';
import { Mailbox } from './mailbox.js';
import { checkCapacity, checkTimeout, type ListenOptions } from './options.js';
import { serverOver, type Server } from './server.js';
import * as wire from './wire.js';

/** Who listens where: to be replaced only once it has ended. */
const listening = new WeakMap<object, Map<string, Listening>>();

/** One server, any number of clients that come by the endpoint. */
export function listenOver<P, S, R, E>(
  entry: unknown,
  endpoint: Endpoint,
  options: ListenOptions,
): Server<P, S, R, E> {
  const { name = '', keepAlive = endpoint.staysOpen ?? false, onDropped } = options;
  const capacity = checkCapacity(entry, options.capacity);
  const heartbeat = checkTimeout(entry, options.heartbeat, 'heartbeat');
  const place = endpoint.place ?? endpoint;
  const names = listening.get(place) ?? new Map<string, Listening>();
  listening.set(place, names);
  const before = names.get(name);
  if (before?.over === false) {
    raise(entry, 'NotSupported', `a server named '${name}' already listens here`);
  }
  before?.stop();
  const mailbox = new Mailbox(capacity, keepAlive, onDropped, heartbeat);
  names.set(name, new Listening(mailbox, endpoint, name));
  return serverOver(mailbox);
}

class Listening implements Source {
  expectsFirst = true;
  over = false;
  readonly stop: () => void;
  readonly #mailbox: Mailbox;
  readonly #endpoint: Endpoint;
  readonly #name: string;
  /** Until the first client is here, the endpoint counts as one. */
  readonly #release: () => void;

  constructor(mailbox: Mailbox, endpoint: Endpoint, name: string) {
    this.#mailbox = mailbox;
    this.#endpoint = endpoint;
    this.#name = name;
    this.#release = mailbox.reserve();
    mailbox.source = this;
    mailbox.onEnd = () => {
      this.#end();
    };
    this.stop = endpoint.listen({
      signal: (signal, answer) => {
        this.#signal(signal, answer);
      },
      dead: () => {
        this.#noMore();
      },
    });
    this.#say();
  }

  #signal([, , kind, name, to]: wire.Signal, answer: (signal: wire.Signal) => void): void {
    if (name !== this.#name) return;
    // A knock in another version gets our announcement, which tells him ours.
    if (kind === wire.KNOCK) this.#say(answer);
    if (kind !== wire.OPEN) return;
    const link =
      typeof to === 'number' ? this.#endpoint.answer?.(to) : linkOver(to as wire.WirePort);
    if (link === undefined) return;
    this.#mailbox.accept(link, wire.STRONG);
    this.expectsFirst = false;
    this.#release();
  }

  /** Goes on listening, only to tell those who come late. */
  #end(): void {
    this.over = true;
    this.#mailbox.close(this.#mailbox.over);
    if (this.#endpoint.sharesCallers === true) this.stop();
    else this.#say();
    this.#noMore();
  }

  #noMore(): void {
    this.expectsFirst = false;
    this.#release();
    this.#mailbox.sourceDone();
  }

  /** I am here, or I was; but not before whoever hears it could watch this agent. */
  #say(
    to = (signal: wire.Signal): void => {
      this.#endpoint.send(signal);
    },
  ): void {
    const own = life();
    const say = (): void => {
      const kind = this.over ? wire.CLOSED : wire.ANNOUNCE;
      to(wire.signal(kind, this.#name, own?.name));
    };
    if (own === undefined) say();
    else void own.named.then(say);
  }
}
