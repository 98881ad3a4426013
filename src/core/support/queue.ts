/** An item of a {@link Queue}. It knows its neighbours, so it is in one queue at a time. */
export interface QueueNode {
  before?: QueueNode | undefined;
  after?: QueueNode | undefined;
}

/**
 * First in, first out; any item can be removed. Each operation takes constant time. The queue is a
 * ring of nodes that includes the queue itself, so that neither end is a special case.
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
    this.insertBefore(this, item);
  }

  /** `next`: an item of this queue, or the queue itself, which is behind its last item. */
  insertBefore(next: QueueNode, item: T): void {
    const before = next.before ?? this;
    item.before = before;
    item.after = next;
    before.after = next.before = item;
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
    // A removed item must not keep the items after it reachable.
    item.before = item.after = undefined;
    this.size--;
    return true;
  }

  /** In order. Meanwhile only the item that was yielded last may be removed. */
  *[Symbol.iterator](): Generator<T, undefined> {
    let next = this.after;
    while (next !== this) {
      const item = next as T;
      next = next.after ?? this;
      yield item;
    }
    return undefined;
  }

  /** Removes and returns all items. */
  clear(): T[] {
    const all: T[] = [];
    for (let item = this.shift(); item !== undefined; item = this.shift()) all.push(item);
    return all;
  }
}
