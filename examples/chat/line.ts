/** A line of the room. */
export interface Line {
  /** They are counted, so that each has its place whichever way it came. */
  number: number;
  kind: 'said' | 'joined' | 'left';
  /** Who said it, has joined, or has left. */
  name: string;
  text: string;
  /** As `Date.now()` tells it. */
  at: number;
}
