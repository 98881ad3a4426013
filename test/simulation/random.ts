/** A sequence of numbers that a seed determines: xorshift32, which needs a start other than 0. */
export class Random {
  #state: number;

  constructor(seed: number) {
    // Neighbouring seeds must not give similar streams.
    this.#state = Math.imul(seed + 0x9e3779b9, 0x85ebca6b) || 1;
    for (let n = 0; n < 8; n++) this.next();
  }

  /** At least 0 and below 1. */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) / 2 ** 32;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** One of the names, each as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) if ((left -= weight) < 0) return name;
    return entries[0]![0];
  }
}
