/** A line of the room. */
export interface Line {
  /** The number of the line, which is its place in the room. */
  number: number;
  kind: 'said' | 'joined' | 'left';
  /** Who said it, has joined, or has left. */
  name: string;
  text: string;
  /** A value of `Date.now()`. */
  at: number;
}
