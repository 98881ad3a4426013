/** Records all messages and outcomes, and checks whether they are allowed. */
import { UmpError } from 'ump-ng';

/** `n` counts the messages of one client, wherever it moves. */
export interface Message {
  stream: number;
  n: number;
}

/** The outcome of a call: `value …`, or the code of its error. */
export type Outcome = string;

export const outcomeOf = (error: unknown): Outcome => {
  if (error instanceof UmpError) {
    return error.code === 'App' ? `App ${JSON.stringify(error.appError)}` : error.code;
  }
  return `NOT OURS: ${String(error)}`;
};

export class Request {
  readonly message: Message;
  readonly abort = new AbortController();
  outcome: Outcome | undefined;
  /** How often the promise called back; more than once is a bug. */
  settled = 0;
  /** The only allowed outcome while no connection breaks; undefined: not decided yet. */
  expected: Outcome | undefined;

  constructor(message: Message) {
    this.message = message;
  }

  watch(promise: Promise<unknown>): void {
    const settle = (outcome: Outcome): void => {
      this.outcome = outcome;
      this.settled++;
    };
    promise.then(
      (value) => settle(`value ${JSON.stringify(value)}`),
      (error: unknown) => settle(outcomeOf(error)),
    );
  }

  /** The first decision counts, unless the call has already settled. */
  decide(expected: Outcome): void {
    if (this.outcome === undefined) this.expected ??= expected;
  }
}

export class Ledger {
  readonly requests: Request[] = [];
  readonly violations: string[] = [];
  /** A connection has broken, so calls that had not settled may have been lost. */
  broken = false;
  readonly #posted = new Map<string, number>();
  readonly #lastTaken = new Map<number, number>();
  /** Messages of a clone come after earlier ones of its origin: stream → the n that was passed. */
  readonly #passed = new Map<number, number>();
  readonly #origins = new Map<number, Message>();

  wrong(what: string): void {
    this.violations.push(what);
  }

  cloned(stream: number, after: Message): void {
    this.#origins.set(stream, after);
  }

  posted({ stream, n }: Message): void {
    this.#posted.set(`${stream}.${n}`, 0);
  }

  /** A message left the mailbox. */
  took(type: 'post' | 'request', { stream, n }: Message): void {
    const name = `${stream}.${n}`;
    const last = this.#lastTaken.get(stream) ?? 0;
    if (n <= last && process.env['ORDER'])
      this.wrong(`${type} ${name} was taken after ${stream}.${last}`);
    this.#lastTaken.set(stream, Math.max(n, last));
    if (!this.broken && process.env['ORDER']) this.#inOrderWithItsClones(type, stream, n);
    if (type === 'request') return;
    const times = this.#posted.get(name);
    if (times === undefined) this.wrong(`post ${name} was never sent`);
    else if (times > 0) this.wrong(`post ${name} was taken twice`);
    this.#posted.set(name, 1);
  }

  #inOrderWithItsClones(type: string, stream: number, n: number): void {
    const bound = this.#passed.get(stream) ?? 0;
    if (n <= bound) this.wrong(`${type} ${stream}.${n} was taken after those of a later clone`);
    const origin = this.#origins.get(stream);
    if (origin === undefined) return;
    const passed = Math.max(origin.n, this.#passed.get(origin.stream) ?? 0);
    this.#passed.set(origin.stream, passed);
  }

  /**
   * The final check: every call has settled with an allowed outcome. `read`: the server read
   * everything.
   */
  audit(read: boolean): void {
    for (const { message, outcome, settled, expected } of this.requests) {
      const name = `request ${message.stream}.${message.n}`;
      if (outcome === undefined) this.wrong(`${name} hangs; expected ${expected ?? 'any end'}`);
      else if (settled !== 1) this.wrong(`${name} settled ${settled} times`);
      else if (
        outcome !== expected &&
        !(this.broken && /^(ServerDisappeared|NoReply)$/.test(outcome))
      ) {
        this.wrong(`${name}: ${outcome} instead of ${expected ?? 'whatever'}`);
      }
    }
    if (this.broken || !read) return;
    for (const [name, times] of this.#posted) if (times === 0) this.wrong(`post ${name} was lost`);
  }
}
