/**
 * Lanes: other ways to carry frames between the two ends of a connection, which they agree on in
 * HELLO. A lane is a transport over the transport of the platform: see src/lanes. Without one,
 * frames travel as they are, on the plain lane.
 */
import type { Transport } from './transport.js';

/** What `packed()` of "ump-ng/lanes" returns. */
export interface Lane {
  readonly name: string;
}

export interface WorkingLane extends Lane {
  /**
   * A transport over this one that can use the lane, or the transport itself if it is one.
   * `isWish`: the connection fails unless the peer offers the lane.
   */
  over(transport: Transport, isWish?: boolean): Transport;
  /** A lane that stands for each of these, of which this is the first. */
  among(lanes: readonly Lane[]): WorkingLane;
}

/** A transport that can use the lane, if there is one; `isWish` as for a lane. */
export const carriedBy = (
  lane: WorkingLane | undefined,
  transport: Transport,
  isWish?: boolean,
): Transport => lane?.over(transport, isWish) ?? transport;
