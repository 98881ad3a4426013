/** Up to this number of objects a comparison with each of them is faster than a Map. */
const MAX_COMPARED = 32;

/** The objects of one frame, numbered in the order in which the writer comes to them. */
export class Visited {
  #objects: object[] = [];
  #numbers: Map<object, number> | undefined;

  /** Adds the object; returns its number if it was added before, or else -1. */
  add(object: object): number {
    const objects = this.#objects;
    if (this.#numbers === undefined) {
      for (let at = 0; at < objects.length; at++) if (objects[at] === object) return at;
      if (objects.push(object) > MAX_COMPARED) {
        this.#numbers = new Map(objects.map((each, at) => [each, at]));
      }
      return -1;
    }
    const known = this.#numbers.get(object);
    if (known !== undefined) return known;
    this.#numbers.set(object, this.#numbers.size);
    return -1;
  }

  clear(): void {
    this.#numbers = undefined;
    this.#objects.length = 0;
  }
}
