/**
 * The room: an actor in the SharedWorker of all tabs. It keeps the last lines, and tells those who are there of each
 * new one. The registry, which knows the tabs by their names, begins in this thread, too.
 */
import { listen, type Client } from 'ump-ng';
import { actor, registryPort, remote, serve, whereis, type Remote } from 'ump-ng/actors';
import type { Line } from './line.js';
import type { Tab } from './tab.js';

/** So many lines. */
const KEPT = 100;

let lines: Line[] = [];
let next = 0;
const members = new Map<string, Client>();

const room = actor({
  req: {
    /** A way to the registry, for a tab that knows nothing but this room. */
    async registry() {
      const { rctx } = this;
      const port = await registryPort();
      // A port can't be copied, as what a method returns is. What is returned here is not sent; it says the type.
      rctx.reply(port, { transfer: [port] });
      return port;
    },

    /** For a tab that has registered itself. From then on it is posted each line, the first being that of this number. */
    async join(name: string) {
      const member = await whereis(name);
      if (member === undefined) throw new Error(`no tab is called ${name}`);
      // The name was free: so whoever had it has gone, though this was not told here yet.
      leave(name, members.get(name));
      const first = next;
      members.set(name, member);
      void member.closed.then(() => leave(name, member));
      add('joined', name);
      return first;
    },

    say(name: string, text: string) {
      if (!members.has(name)) throw new Error(`${name} is not in the room`);
      add('said', name, text);
    },

    /** The lines before the one of this number. */
    *history(before: number) {
      yield* lines.filter(({ number }) => number < before);
    },
  },
});
export type Room = typeof room;

/** However it ended: the tab was closed, went to another page, or crashed. */
function leave(name: string, member: Client | undefined): void {
  if (member === undefined || members.get(name) !== member) return;
  members.delete(name);
  member.close();
  add('left', name);
}

function add(kind: Line['kind'], name: string, text = ''): void {
  const line: Line = { number: next++, kind, name, text, at: Date.now() };
  lines = [...lines, line].slice(-KEPT);
  const names = [...members.keys()];
  toAll((tab) => tab.post.line(line));
  if (kind !== 'said') toAll((tab) => tab.post.people(names));
}

function toAll(post: (tab: Remote<Tab>) => void): void {
  for (const member of members.values()) {
    try {
      post(remote<Tab>(member));
    } catch {
      // It is gone, and `closed` is about to say so.
    }
  }
}

// A history lasts until its tab has read it, and a tab may be slow: so others are served meanwhile.
await serve(listen<never, never, unknown, unknown>(), room, { concurrency: 1000 });
