/** A queue in an order of its own: a binary heap whose items know their index. */

/** An item of an {@link OrderedQueue}. It can be in one such queue at a time. */
export interface OrderedItem {
  /** Its index in the heap; undefined while it is in no such queue. */
  index?: number | undefined;
}

/** `isBefore` must never hold in both directions. Each operation takes logarithmic time. */
export class OrderedQueue<T extends OrderedItem> {
  readonly #heap: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#heap.length;
  }

  get first(): T | undefined {
    return this.#heap[0];
  }

  /** In no particular order. */
  [Symbol.iterator](): Iterator<T> {
    return this.#heap[Symbol.iterator]();
  }

  push(item: T): void {
    this.#moveUp(item, this.#heap.length);
  }

  /** False if it is not in the queue. */
  remove(item: T): boolean {
    const { index } = item;
    if (index === undefined) return false;
    item.index = undefined;
    const last = this.#heap.pop();
    if (last !== undefined && last !== item) {
      this.#moveDown(last, index);
      this.#moveUp(last, last.index ?? index);
    }
    return true;
  }

  /** Removes and returns all items, in order. */
  clear(): T[] {
    const all = this.#heap.splice(0);
    for (const item of all) item.index = undefined;
    return all.sort((a, b) => (this.#isBefore(a, b) ? -1 : 1));
  }

  #put(item: T, index: number): void {
    this.#heap[index] = item;
    item.index = index;
  }

  #moveUp(item: T, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const other = this.#heap[above];
      if (other === undefined || !this.#isBefore(item, other)) break;
      this.#put(other, index);
      index = above;
    }
    this.#put(item, index);
  }

  #moveDown(item: T, from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const below = this.#firstOf(left, left + 1);
      const other = this.#heap[below];
      if (other === undefined || !this.#isBefore(other, item)) break;
      this.#put(other, index);
      index = below;
    }
    this.#put(item, index);
  }

  #firstOf(left: number, right: number): number {
    const [a, b] = [this.#heap[left], this.#heap[right]];
    return a !== undefined && b !== undefined && this.#isBefore(b, a) ? right : left;
  }
}
