/** The application of a victim: it answers, keeps track of its calls, and closes what it gets. */
import { isPort } from '../platform.js';
import { ReplyContext, type Server } from '../library.js';

export type AnyServer = Server<unknown, unknown, unknown, unknown>;
export type AnyContext = ReplyContext<unknown, unknown>;

/** Closes each port in a value, and visits each of its objects once. */
export function closePorts(value: unknown): void {
  const seen = new Set<unknown>([value]);
  const visit = (part: unknown): void => {
    if (typeof part === 'object' && part !== null) seen.add(part);
  };
  for (const part of seen) {
    if (isPort(part)) part.close();
    else if (part instanceof Map) for (const [key, each] of part) [key, each].forEach(visit);
    else if (part instanceof Set) part.forEach(visit);
    else if (typeof part === 'object' && part !== null && !ArrayBuffer.isView(part)) {
      for (const each of Object.values(part)) visit(each);
      if (part instanceof Error) visit(part.cause);
    }
  }
}

export class App {
  /** Answers each request with null at once, and looks at nothing: for measurements. */
  readonly isPlain: boolean;
  /** What the calls that are pending wait for. */
  readonly pending = new Map<number, string>();
  readonly #closers: (() => unknown)[] = [];
  readonly #lastClosers: (() => unknown)[] = [];
  readonly #kept: AnyContext[] = [];
  #calls = 0;
  #taken = 0;

  constructor(isPlain: boolean) {
    this.isPlain = isPlain;
  }

  /** A call must settle, at the latest when the application has closed everything. */
  settles(what: string, begin: () => unknown): void {
    const call = ++this.#calls;
    this.pending.set(call, what);
    void (async () => {
      try {
        closePorts(await begin());
      } catch (error) {
        closePorts(error);
      } finally {
        this.pending.delete(call);
      }
    })();
  }

  /** Whatever this throws is an answer to what the application did. */
  tries(act: () => unknown): void {
    this.settles('a try', act);
  }

  atEnd(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** For what its calls need until they have settled, such as an endpoint. */
  atLast(close: () => unknown): void {
    this.#lastClosers.push(close);
  }

  endLast(): void {
    for (const close of this.#lastClosers.splice(0)) this.tries(close);
  }

  end(): void {
    this.answerKept();
    // The last first: a server after its clients.
    for (const close of this.#closers.splice(0).reverse()) this.tries(close);
  }

  answerKept(): void {
    for (const context of this.#kept.splice(0)) this.tries(() => context.reply('later'));
  }

  serve(server: AnyServer): void {
    this.atEnd(() => {
      server.close();
    });
    this.settles('a server loop', async () => {
      for await (const { msg, rctx } of server) {
        if (rctx !== undefined) this.answer(msg, rctx);
        if (!this.isPlain) closePorts(msg);
      }
    });
  }

  answer(msg: unknown, rctx: AnyContext): void {
    // The honest client is always answered.
    const how = this.isPlain || msg === 'honest' ? -1 : this.#taken++ % 8;
    try {
      switch (how) {
        case -1:
          rctx.reply(msg === 'honest' ? msg : null);
          break;
        case 2:
          rctx.fail(new TypeError('refused', { cause: msg }));
          break;
        case 3:
        case 4:
          rctx.signal.addEventListener('abort', () => undefined);
          this.#kept.push(rctx);
          break;
        case 5: {
          const moved = ReplyContext.from<unknown, unknown>(rctx.transfer());
          this.#kept.push(moved);
          break;
        }
        case 6:
          rctx[Symbol.dispose]();
          break;
        default:
          rctx.reply(msg);
      }
    } catch {
      // The value has a port, which cannot be sent without a transfer; the context is still open.
      this.tries(() => rctx.reply(null));
    }
  }
}
