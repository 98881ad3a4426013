import { MAX_KEYS, MAX_KEY_LENGTH, MAX_SHAPES } from './format.js';

/** How many lists of keys, and beginnings of such lists, are told apart. */
const MAX_NODES = 4096;

/** The keys of an object up to some key. */
class ShapeNode {
  /** The number of the shape that ends here; undefined: it has none yet. */
  number: number | undefined;
  wasUsed = false;
  readonly #children = new Map<string, ShapeNode>();
  /** Most objects with these keys have the same key next. */
  #lastKey: string | undefined;
  #lastChild: ShapeNode | undefined;

  child(key: string): ShapeNode | undefined {
    if (key === this.#lastKey) return this.#lastChild;
    const child = this.#children.get(key);
    if (child !== undefined) this.#remember(key, child);
    return child;
  }

  add(key: string): ShapeNode {
    const child = new ShapeNode();
    this.#children.set(key, child);
    this.#remember(key, child);
    return child;
  }

  #remember(key: string, child: ShapeNode): void {
    this.#lastKey = key;
    this.#lastChild = child;
  }
}

/** The shapes that a writer knows. */
export class Shapes {
  #root = new ShapeNode();
  #nodes = 0;
  #numbered: ShapeNode[] = [];

  /** Whether no further shape finds a place here: see FORGET. */
  get isFull(): boolean {
    return this.#nodes >= MAX_NODES || this.#numbered.length >= MAX_SHAPES;
  }

  /** How many shapes have a number. */
  get size(): number {
    return this.#numbered.length;
  }

  /** The node of these keys; undefined if they cannot have a shape. */
  find(keys: readonly string[]): ShapeNode | undefined {
    if (keys.length > MAX_KEYS) return undefined;
    let node = this.#root;
    for (const key of keys) {
      let next = node.child(key);
      if (next === undefined) {
        // The receiver would set the prototype.
        if (this.isFull || key.length > MAX_KEY_LENGTH || key === '__proto__') return undefined;
        this.#nodes++;
        next = node.add(key);
      }
      node = next;
    }
    return node;
  }

  /** Returns false if there are too many, or the shape was not used before. */
  number(node: ShapeNode): boolean {
    const wasUsed = node.wasUsed;
    node.wasUsed = true;
    if (!wasUsed || this.size >= MAX_SHAPES) return false;
    node.number = this.#numbered.push(node) - 1;
    return true;
  }

  /** Takes back the numbers from this one on, because the peer will not learn them. */
  truncate(size: number): void {
    for (const node of this.#numbered.splice(size)) node.number = undefined;
  }

  clear(): void {
    this.#root = new ShapeNode();
    this.#nodes = 0;
    this.#numbered = [];
  }
}
