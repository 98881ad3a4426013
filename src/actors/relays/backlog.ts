/** First in, first out; its first can be looked at before it is taken. */
export class Backlog<T> {
  #items: T[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  /** In order. */
  get all(): readonly T[] {
    return this.#items.slice(this.#head);
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): void {
    this.#items[this.#head++] = undefined as never;
    // Now and then, so that it costs nothing in the long run, and what was taken can be collected.
    if (this.#head > 255 && this.#head * 2 > this.#items.length) this.#clearTaken();
  }

  /** Takes one out of the midst. */
  remove(item: T): void {
    const at = this.#items.indexOf(item, this.#head);
    if (at >= 0) this.#items.splice(at, 1);
  }

  /** Takes all. */
  clear(): T[] {
    this.#clearTaken();
    return this.#items.splice(0);
  }

  #clearTaken(): void {
    this.#items.splice(0, this.#head);
    this.#head = 0;
  }
}
