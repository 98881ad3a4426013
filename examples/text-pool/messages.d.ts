// What the threads of this example say to one another.

/** For a renderer. */
export interface Text {
  name: string;
  text: string;
}

/** What every renderer is started with. */
export interface RendererInit {
  /**
   * Shared by all of them, so that it outlives those that die: how often the unlucky document was
   * begun.
   */
  attempts: SharedArrayBuffer;
}

/** A word in lower case, and how often it occurs. */
export type Terms = Map<string, number>;

export interface Counts {
  words: number;
  headings: number;
  links: number;
  codeBlocks: number;
  /** Characters of HTML. */
  html: number;
}

/** What a renderer answers. */
export interface Rendered {
  name: string;
  /** Milliseconds at the renderer, without waiting. */
  ms: number;
  counts: Counts;
  terms: Terms;
}

export interface Failed {
  name: string;
  /** Of the UmpError. */
  code: string;
  /** What the document did, if it was thrown. */
  why: string;
}

/** What the tally knows in the end. */
export interface Summary {
  rendered: number;
  failed: Failed[];
  counts: Counts;
  slowest: { name: string; ms: number; words: number }[];
  terms: [term: string, count: number][];
}
