/** Taken slots that may lead the array: few, as a collection of garbage looks at each slot of an array that changed. */
const SPARE = 32;

/** First in, first out, in constant time in the long run. */
export class Queue<T> {
  readonly #items: (T | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const { first } = this;
    this.#items[this.#head++] = undefined;
    if (this.#head >= SPARE && this.#head > this.size) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return first;
  }

  /** Takes out what matches, or all. */
  remove(matches: (item: T) => boolean = () => true): T[] {
    const removed: T[] = [];
    let end = this.#head;
    for (let at = end; at < this.#items.length; at++) {
      const item = this.#items[at] as T;
      if (matches(item)) removed.push(item);
      else this.#items[end++] = item;
    }
    this.#items.length = end;
    return removed;
  }
}
