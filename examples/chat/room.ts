/**
 * The room: an actor in the SharedWorker of all tabs. It keeps the last lines, and posts each new
 * line to all tabs. The registry with the names of the tabs is in this thread, too.
 */
import { listen, type Client } from 'ump-ng';
import { actor, registryPort, remote, serve, whereis, type Remote } from 'ump-ng/actors';
import type { Line } from './line.js';
import type { Tab } from './tab.js';

/** The number of lines that the room keeps. */
const KEPT = 100;

let lines: Line[] = [];
let next = 0;
const members = new Map<string, Client>();

const room = actor({
  req: {
    /** A port to the registry, for a tab that has only a client of this room. */
    async registry() {
      const { rctx } = this;
      const port = await registryPort();
      // A port must be transferred, but return values are copied. The return value only gives the
      // type.
      rctx.reply(port, { transfer: [port] });
      return port;
    },

    /**
     * For a tab that has registered itself. It gets each line from now on; returns the number of
     * the first.
     */
    async join(name: string) {
      const member = await whereis(name);
      if (member === undefined) throw new Error(`no tab is called ${name}`);
      // The name was free, so its former owner has ended, even if that was not noticed here yet.
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

/** The tab was closed, navigated away, or crashed. */
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

// A stream of the history lasts until its tab has read it; concurrency serves other tabs meanwhile.
await serve(listen<never, never, unknown, unknown>(), room, { concurrency: 1000 });
