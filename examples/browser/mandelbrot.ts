/** The computation, without messages. */

export interface Point {
  re: number;
  im: number;
}

/** A square of the complex plane, and its resolution. */
export interface Tile {
  centre: Point;
  width: number;
  /** Pixels on each side. */
  size: number;
  /** A point that has not escaped after this many steps counts as one of the set. */
  limit: number;
}

/** As canvases take it: red, green, blue and alpha of each pixel. */
export type Pixels = Uint8ClampedArray<ArrayBuffer>;

/** The number of steps until the point escapes, or `limit`. */
export function steps({ re, im }: Point, limit: number): number {
  let x = 0;
  let y = 0;
  for (let step = 0; step < limit; step++) {
    const xx = x * x;
    const yy = y * y;
    if (xx + yy > 16) return step;
    y = 2 * x * y + im;
    x = xx - yy + re;
  }
  return limit;
}

/** Milliseconds of work between two checks of the signal. */
const SHIFT = 16;

/** All pixels; nothing if the signal aborts before. */
export async function render(tile: Tile, signal: AbortSignal): Promise<Pixels | undefined> {
  const { centre, width, size, limit } = tile;
  const pixels: Pixels = new Uint8ClampedArray(4 * size * size);
  const pixel = width / size;
  let rested = performance.now();
  for (let at = 0; at < size * size; at++) {
    const point = {
      re: centre.re + ((at % size) - size / 2) * pixel,
      im: centre.im + (size / 2 - Math.floor(at / size)) * pixel,
    };
    pixels.set(colour(steps(point, limit), limit), 4 * at);
    if (performance.now() - rested < SHIFT) continue;
    // A thread that does not return to its event loop gets no cancellation.
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return undefined;
    rested = performance.now();
  }
  return pixels;
}

function colour(count: number, limit: number): [number, number, number, number] {
  if (count === limit) return [12, 16, 28, 255];
  const wave = (phase: number): number => 140 + 110 * Math.cos(Math.sqrt(count) * 0.7 + phase);
  return [wave(3.4), wave(2.6), wave(1.6), 255];
}
