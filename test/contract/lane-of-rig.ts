/** The lane of the rig whose case runs, for every client and server of it in this thread. */
import type { Lane, LaneOptions, LanesOptions } from 'ump-ng';
import { packed } from 'ump-ng/lanes';

const LANES = { packed };

export type LaneName = keyof typeof LANES;

let current: Lane | undefined;

export function setLane(name: LaneName | undefined): void {
  current = name && LANES[name]();
}

/** For `connect()`, `channel()`, and the `from()` of a client or a context. */
export const withLane = (): LaneOptions => (current === undefined ? {} : { lane: current });

/** For `listen()` and the `from()` of a server. */
export const withLanes = (): LanesOptions => (current === undefined ? {} : { lanes: [current] });
