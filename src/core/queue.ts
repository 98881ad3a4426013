/** First in, first out, in constant time; what is taken from the middle leaves a gap. */
export class Queue<T> {
  #items: (T | undefined)[] = [];
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#items.find((item) => item !== undefined);
  }

  push(item: T): void {
    this.#items.push(item);
    this.#size++;
  }

  shift(): T | undefined {
    while (this.#head < this.#items.length) {
      const item = this.#items[this.#head];
      this.#items[this.#head++] = undefined;
      // Now and then, so that it costs nothing in the long run.
      if (this.#head > 1023 && this.#head * 2 > this.#items.length) {
        this.#items.splice(0, this.#head);
        this.#head = 0;
      }
      if (item !== undefined) {
        this.#size--;
        return item;
      }
    }
    this.#items.length = this.#head = 0;
    return undefined;
  }

  /** Takes out what matches. */
  remove(matches: (item: T) => boolean): T[] {
    const removed: T[] = [];
    for (let at = this.#head; at < this.#items.length; at++) {
      const item = this.#items[at];
      if (item === undefined || !matches(item)) continue;
      this.#items[at] = undefined;
      this.#size--;
      removed.push(item);
    }
    return removed;
  }
}
