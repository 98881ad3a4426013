/** A tab is an actor, too: the room posts to it, and the other tabs whisper to it. */
import { actor } from 'ump-ng/actors';
import type { Line } from './line.js';
import { showLine } from './view/lines.js';
import { showPeople } from './view/people.js';
import { showReceived } from './view/whispers.js';

export const tab = actor({
  post: {
    line(line: Line): void {
      showLine(line);
    },
    people(names: string[]): void {
      showPeople(names);
    },
  },
  req: {
    /**
     * Answered when the whisper was read. The sender waits for that, or learns that this tab was
     * closed.
     */
    whisper(from: string, text: string): void {
      const { rctx } = this;
      showReceived(from, text, () => rctx.reply(undefined));
    },
  },
});
export type Tab = typeof tab;
