/**
 * Starts the other agents, and connects them with each other. Each of them listens, and the page
 * has a client of each; it sends clones of these to the others.
 */
import { channel, connect, type Client, type Server } from 'ump-ng';
import type {
  Answer,
  Asking,
  Event,
  Helping,
  Name,
  Question,
  Setup,
  Tell,
  ToHelper,
  ToIframe,
  ToServer,
} from './messages.js';

export type Service = Client<ToServer, Question, Answer>;
export type Framed = Exclude<Asking, 'page'>;

export const HELPERS: readonly Helping[] = ['helper 1', 'helper 2'];
export const IFRAMES: readonly Framed[] = ['iframe A', 'iframe B'];
export const ENDABLE: readonly Exclude<Name, 'page'>[] = ['server', ...HELPERS, ...IFRAMES];
export type AgentName = (typeof ENDABLE)[number];

export interface Watcher {
  tell: Tell;
  /** Called when an agent has started or ended. */
  changed(): void;
  /** The page's own client of the server. */
  useService(service: Service): void;
  /** The element that gets the iframe of this name. */
  placeOf(iframe: Framed): HTMLElement;
}

export class Agents {
  readonly #watcher: Watcher;
  /** Ends each living agent. */
  readonly #living = new Map<Name, () => void>();
  readonly #helpers = new Map<Helping, Client<Setup, ToHelper, undefined>>();
  readonly #iframes = new Map<Framed, Client<ToIframe>>();
  #server: Client<ToServer, Question, Answer> | undefined;

  constructor(watcher: Watcher) {
    this.#watcher = watcher;
  }

  lives(name: Name): boolean {
    return name === 'page' || this.#living.has(name);
  }

  start(name: AgentName): void {
    if (this.lives(name)) return;
    if (name === 'server') this.#startServer();
    else if (name === 'helper 1' || name === 'helper 2') this.#startHelper(name);
    else this.#startIframe(name);
  }

  /** Ends the agent at any moment of its work. */
  end(name: AgentName): void {
    this.#living.get(name)?.();
  }

  #startServer(): void {
    const worker = new Worker('server.js', { type: 'module' });
    const server = connect<ToServer, Question, Answer>(worker);
    this.#setUp('server', server, () => worker.terminate());
    this.#server = server;
    void server.closed.then(() => (this.#server = undefined));
    for (const helper of this.#helpers.keys()) this.#introduceHelper(helper);
    for (const iframe of this.#iframes.keys()) this.#introduceServer(iframe);
    this.#watcher.useService(server.clone());
  }

  #startHelper(name: Helping): void {
    const worker = new Worker('helper.js', { type: 'module', name });
    const helper = connect<Setup, ToHelper, undefined>(worker);
    this.#setUp(name, helper, () => worker.terminate());
    this.#helpers.set(name, helper);
    void helper.closed.then(() => this.#helpers.delete(name));
    this.#introduceHelper(name);
  }

  #startIframe(name: Framed): void {
    const frame = document.createElement('iframe');
    frame.title = name;
    frame.src = 'iframe.html';
    this.#watcher.placeOf(name).append(frame);
    if (frame.contentWindow === null) throw new Error('a frame in a document has a window');
    const iframe = connect<ToIframe>(frame.contentWindow, { origin: location.origin });
    this.#setUp(name, iframe, () => frame.remove());
    this.#iframes.set(name, iframe);
    void iframe.closed.then(() => this.#iframes.delete(name));
    this.#introduceServer(name);
  }

  /** A clone of our client of the helper goes to the server. */
  #introduceHelper(name: Helping): void {
    const helper = this.#helpers.get(name)?.clone().transfer();
    if (helper === undefined) return;
    this.#server?.post({ type: 'helper', name, helper }, { transfer: [helper] });
  }

  /** A clone of our client of the server goes to the iframe. */
  #introduceServer(name: Framed): void {
    const service = this.#server?.clone().transfer();
    if (service === undefined) return;
    this.#iframes.get(name)?.post({ type: 'service', service }, { transfer: [service] });
  }

  /** The first message tells the agent its name, and has a client for its reports. */
  #setUp(name: Name, agent: Client<Setup>, end: () => void): void {
    const { server: desk, client } = channel<Event, never>();
    const events = client.postOnly().transfer();
    client.close();
    agent.post({ type: 'setup', name, events }, { transfer: [events] });
    void this.#read(name, desk);

    this.#living.set(name, end);
    this.#watcher.changed();
    void agent.closed.then(() => {
      this.#living.delete(name);
      this.#watcher.changed();
    });
  }

  /** Ends when the agent is gone and all its reports are read. */
  async #read(name: Name, desk: Server<Event, never>): Promise<void> {
    const asked = new Map<string, Event['call']>();
    const taken = new Map<string, Event['call']>();
    for await (const { msg } of desk) {
      const { type, call } = msg;
      if (type === 'sent') asked.set(call.id, call);
      else if (type === 'settled') asked.delete(call.id);
      else if (type === 'taken') taken.set(call.id, call);
      else taken.delete(call.id);
      this.#watcher.tell(msg);
    }
    // The agent cannot report its own end.
    for (const call of taken.values()) this.#watcher.tell({ type: 'stopped', call, by: name });
    for (const call of asked.values()) {
      this.#watcher.tell({ type: 'settled', call, outcome: 'OriginDisappeared', ms: NaN });
    }
  }
}
