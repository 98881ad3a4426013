/** A queue in an order of its own: a binary heap whose items know their places. */

/** An item of an {@link OrderedQueue}, of one at a time. */
export interface OrderedItem {
  /** Its place in the heap; undefined while it is in no such queue. */
  place?: number | undefined;
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
    const { place } = item;
    if (place === undefined) return false;
    item.place = undefined;
    const last = this.#heap.pop();
    if (last !== undefined && last !== item) {
      this.#moveDown(last, place);
      this.#moveUp(last, last.place ?? place);
    }
    return true;
  }

  /** Removes and returns all items, in order. */
  clear(): T[] {
    const all = this.#heap.splice(0);
    for (const item of all) item.place = undefined;
    return all.sort((a, b) => (this.#isBefore(a, b) ? -1 : 1));
  }

  #put(item: T, place: number): void {
    this.#heap[place] = item;
    item.place = place;
  }

  #moveUp(item: T, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = this.#heap[above];
      if (other === undefined || !this.#isBefore(item, other)) break;
      this.#put(other, place);
      place = above;
    }
    this.#put(item, place);
  }

  #moveDown(item: T, from: number): void {
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      const below = this.#firstOf(left, left + 1);
      const other = this.#heap[below];
      if (other === undefined || !this.#isBefore(other, item)) break;
      this.#put(other, place);
      place = below;
    }
    this.#put(item, place);
  }

  #firstOf(left: number, right: number): number {
    const [a, b] = [this.#heap[left], this.#heap[right]];
    return a !== undefined && b !== undefined && this.#isBefore(b, a) ? right : left;
  }
}
