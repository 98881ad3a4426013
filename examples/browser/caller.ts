/**
 * The client's side: calls the server, and reports the outcome of each call. The page and each
 * iframe have one.
 */
import type { Client, Result } from 'ump-ng';
import type { Pixels, Tile } from './mandelbrot.js';
import type { Answer, Asking, Call, Question, Tell } from './messages.js';

/** The part of the plane that each client renders. */
const SIGHTS: Record<Asking, Tile['centre']> = {
  page: { re: -0.743643887037151, im: 0.13182590420533 },
  'iframe A': { re: -0.10109636384562, im: 0.95628651080914 },
  'iframe B': { re: -1.768778833, im: -0.001738996 },
};
const WIDEST = 3;
const NARROWEST = 1e-9;
export const SIZE = 160;

export class Caller {
  /** Milliseconds; no timeout if undefined. */
  timeout: number | undefined = undefined;
  /** The steps per point of the next tile, and so the time it takes. */
  limit = 1000;
  onTile: (pixels: Pixels) => void = () => undefined;

  readonly #name: Asking;
  readonly #tell: Tell;
  #service: Client<never, Question, Answer> | undefined;
  #cancelling = new AbortController();
  #width = WIDEST;

  constructor(name: Asking, tell: Tell) {
    this.#name = name;
    this.#tell = tell;
  }

  /** Sets the server for later calls. */
  use(service: Client<never, Question, Answer>): void {
    this.#service?.close();
    this.#service = service;
  }

  async light(): Promise<void> {
    const { re, im } = SIGHTS[this.#name];
    const near = (): number => (Math.random() - 0.5) / 100;
    const point = { re: re + near(), im: im + near() };
    await this.#ask('light', (call) => ({ ask: 'point', call, point, limit: 1000 }));
  }

  async heavy(): Promise<void> {
    const tile = { centre: SIGHTS[this.#name], width: this.#width, size: SIZE, limit: this.limit };
    const result = await this.#ask('heavy', (call) => ({ ask: 'tile', call, tile }));
    if (!result?.ok || result.value.ask !== 'tile') return;
    this.onTile(result.value.pixels);
    // The next tile is a smaller part of the plane.
    this.#width = this.#width > NARROWEST ? Math.min(this.#width, tile.width * 0.7) : WIDEST;
  }

  /** Cancels all pending calls. */
  cancel(): void {
    this.#cancelling.abort();
    this.#cancelling = new AbortController();
  }

  async #ask(
    kind: Call['kind'],
    question: (call: Call) => Question,
  ): Promise<Result<Answer> | undefined> {
    if (this.#service === undefined) return undefined;
    const call: Call = { id: crypto.randomUUID(), from: this.#name, kind };
    this.#tell({ type: 'sent', call });
    const begin = performance.now();
    const { timeout } = this;
    const { signal } = this.#cancelling;
    const result = await this.#service.tryReq(question(call), { timeout, signal });
    const ms = performance.now() - begin;
    this.#tell({ type: 'settled', call, outcome: result.ok ? 'value' : result.error.code, ms });
    return result;
  }
}
