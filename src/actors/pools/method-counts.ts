/** Counts the calls of methods, which remote() sends as `[name, args]` or `[[name], args]`. */

/** The requests of one method that have settled. */
export interface MethodStats {
  processed: number;
  failed: number;
}

/** Other messages may be arrays as well: where there are more names, they are not of methods. */
const MAX_METHODS = 200;

export class MethodCounts {
  readonly #counts = new Map<string, MethodStats>();

  /** The counts of the method that a message calls; undefined if it calls none. */
  of(msg: unknown): MethodStats | undefined {
    if (!Array.isArray(msg)) return undefined;
    const [head, args] = msg as unknown[];
    const name: unknown = Array.isArray(head) ? head[0] : head;
    if (typeof name !== 'string' || !Array.isArray(args)) return undefined;
    let counts = this.#counts.get(name);
    if (counts === undefined && this.#counts.size < MAX_METHODS) {
      counts = { processed: 0, failed: 0 };
      this.#counts.set(name, counts);
    }
    return counts;
  }

  get stats(): Record<string, MethodStats> {
    return Object.fromEntries([...this.#counts].map(([name, counts]) => [name, { ...counts }]));
  }
}
