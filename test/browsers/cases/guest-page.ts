/** Frames, windows and workers that a case opens as the other side; pages/guest.ts runs there. */
import * as ump from 'ump-ng';
import type * as comlink from 'ump-ng/comlink';
import type { AnyServer } from '../../contract/in-process-pair.js';

export type Lib = typeof ump & { comlink: typeof comlink };

export const HERE = (): string => location.origin;
/** The same site by another host name, which is another origin. */
export const ELSEWHERE = (): string => location.origin.replace('127.0.0.1', 'localhost');

interface Speaker {
  send(message: unknown, transfer: Transferable[]): void;
  hear(listener: (message: Said) => void): void;
}

const closing: (() => void)[] = [];

/** Closes everything that a case has opened. */
export function cleanUp(): void {
  for (const close of closing.splice(0)) close();
}

/** Closes `thing` when the case ends. */
export function closeAtEnd<T extends { close(): void }>(thing: T): T {
  closing.push(() => {
    thing.close();
  });
  return thing;
}

/** A server of this page, for as long as the case lasts. */
export const serve = (from: Window, options: ump.ListenOptions): AnyServer =>
  closeAtEnd(ump.listen<unknown, unknown, unknown, unknown>(from, options));

interface Said {
  id: number;
  value: unknown;
  error?: string;
}

const isSaid = (data: unknown): data is Said =>
  typeof data === 'object' && data !== null && 'id' in data;

export class Guest<T> {
  readonly target: T;
  readonly #speaker: Speaker;
  readonly #waiting = new Map<number, [(value: unknown) => void, (error: Error) => void]>();
  #lastId = 0;
  readonly #up: Promise<unknown>;

  constructor(target: T, speaker: Speaker, close: () => void) {
    this.target = target;
    this.#speaker = speaker;
    closing.push(close);
    this.#up = this.#answer(0);
    speaker.hear(({ id, value, error }) => {
      const [resolve, reject] = this.#waiting.get(id) ?? [];
      if (error === undefined) resolve?.(value);
      else reject?.(new Error(error));
    });
  }

  /** Fulfils when its script starts again. */
  async restarted(): Promise<void> {
    await this.#answer(0);
  }

  async up(): Promise<this> {
    await this.#up;
    return this;
  }

  /** Runs a function there. The function must not refer to its surroundings. */
  async run<A, R>(told: (lib: Lib, arg: A) => R, arg?: A): Promise<Awaited<R>> {
    await this.#up;
    const id = ++this.#lastId;
    const ports = arg instanceof MessagePort ? [arg] : [];
    const answer = this.#answer(id);
    this.#speaker.send({ id, told: String(told), arg: ports.length > 0 ? undefined : arg }, ports);
    return (await answer) as Awaited<R>;
  }

  #answer(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.#waiting.set(id, [resolve, reject]));
  }
}

function windowSpeaker(there: () => Window, origin: string): Speaker {
  return {
    send: (message, transfer) => {
      there().postMessage(message, origin === 'null' ? '*' : origin, transfer);
    },
    hear: (listener) => {
      window.addEventListener('message', ({ data, source }) => {
        if (source === there() && isSaid(data)) listener(data);
      });
    },
  };
}

const address = (origin: string, query = ''): string =>
  `${origin}/guest.html${query}#${encodeURIComponent(location.origin)}`;

export interface Frame extends Guest<Window> {
  readonly element: HTMLIFrameElement;
}

export function frame(
  origin = HERE(),
  sandbox?: string,
  query?: string,
  around: Element = document.body,
): Promise<Frame> {
  const element = document.createElement('iframe');
  if (sandbox !== undefined) element.setAttribute('sandbox', sandbox);
  element.src = address(origin, query);
  around.append(element);
  const there = element.contentWindow!;
  const speaker = windowSpeaker(() => there, sandbox === undefined ? origin : 'null');
  const guest = new Guest(there, speaker, () => {
    element.remove();
  });
  return Object.assign(guest, { element }).up();
}

export function opened(): Promise<Guest<Window>> {
  const there = window.open(address(HERE()))!;
  return new Guest(
    there,
    windowSpeaker(() => there, HERE()),
    () => {
      there.close();
    },
  ).up();
}

export function worker(script = '/guest.js'): Promise<Guest<Worker>> {
  const there = new Worker(script, { type: 'module' });
  const guest = new Guest<Worker>(
    there,
    {
      send: (message, transfer) => {
        there.postMessage(message, transfer);
      },
      hear: (listener) => {
        there.addEventListener('message', ({ data }) => {
          if (isSaid(data)) listener(data);
        });
      },
    },
    () => {
      Worker.prototype.terminate.call(there);
    },
  );
  return guest.up();
}
