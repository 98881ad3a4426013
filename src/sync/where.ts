/** Where the other ends of the lines are that a blocking call depends on. */
import type { Carrier } from '../core/carrier.js';
import type { ClientLine } from '../core/client-line.js';
import type { Link } from '../core/link.js';
import type { Mailbox } from '../core/mailbox.js';
import type { Pending } from '../core/pending.js';
import { PROBE } from '../core/wire.js';

type Line = Pick<ClientLine, 'carriers'>;

const looked = new WeakSet<Carrier>();

/**
 * Was it asked before? Once all that has come was dealt with, isHere() is right about this line.
 */
export function isPlaced({ carriers }: Line): boolean {
  const placed = looked.has(carriers.current);
  looked.add(carriers.current);
  return placed;
}

/** Is whoever could answer it, or would get a new one, in this very agent? */
export function isHere({ carriers }: Line, pending?: Pending): boolean {
  const home = pending?.home ?? carriers.current;
  return home.link.here === true && (home.oneShot || home === carriers.current);
}

/** Asks whether the agent that this request waits for blocks, and waits for that thread in turn. */
export function probe({ carriers }: Line, pending: Pending, thread: number, count: number): void {
  const home = pending.home ?? carriers.current;
  if (home.link.blocked !== true) return;
  home.send([PROBE, thread, count, home.oneShot ? 0 : pending.id]);
}

/** What the answer may come by. */
export const linksTo = ({ carriers }: Line, { home }: Pending): Link[] =>
  [...carriers.all, ...(home?.oneShot === true ? [home] : [])].map(({ link }) => link);

/** Are all who could send something in this very agent? */
export function areHere({ source, clients, lines }: Mailbox): boolean {
  const all = [...lines];
  return (
    source === undefined &&
    all.filter((line) => line.counts).length === clients &&
    all.every(({ link }) => link.here)
  );
}
