/**
 * What can stand in a {@link Queue}, in one at a time: each knows its neighbours, and can be taken
 * out.
 */
export interface QueueNode {
  before?: QueueNode | undefined;
  after?: QueueNode | undefined;
}

/**
 * First in, first out; anything in it can be taken out. Each step takes constant time. It is a ring
 * of nodes, the queue itself among them, so that neither end is a special case.
 */
export class Queue<T extends QueueNode> implements QueueNode {
  before: QueueNode = this;
  after: QueueNode = this;
  size = 0;

  get first(): T | undefined {
    return this.size === 0 ? undefined : (this.after as T);
  }

  get last(): T | undefined {
    return this.size === 0 ? undefined : (this.before as T);
  }

  push(item: T): void {
    const last = this.before;
    item.before = last;
    item.after = this;
    last.after = this.before = item;
    this.size++;
  }

  shift(): T | undefined {
    const { first } = this;
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** False if it is not in the queue any more. */
  remove(item: T): boolean {
    const { before, after } = item;
    if (before === undefined || after === undefined) return false;
    before.after = after;
    after.before = before;
    // A taken one must not lead the garbage collector to those that came after it.
    item.before = item.after = undefined;
    this.size--;
    return true;
  }

  /** In order; none may be taken out meanwhile but the one that was given last. */
  *[Symbol.iterator](): Generator<T, undefined> {
    let next = this.after;
    while (next !== this) {
      const item = next as T;
      next = next.after ?? this;
      yield item;
    }
    return undefined;
  }

  /** Takes out all. */
  clear(): T[] {
    const all: T[] = [];
    for (let item = this.shift(); item !== undefined; item = this.shift()) all.push(item);
    return all;
  }
}
