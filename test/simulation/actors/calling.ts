/** One call at its caller: what it passes, and what it checks of what comes back. */
import type { Random } from '../random.js';
import type { Call } from './ledger.js';
import { callback } from './library.js';
import { pause, type Caller } from './methods.js';
import type { Scene } from './scene.js';

export type MethodName =
  'work' | 'fail' | 'compute' | 'items' | 'report' | 'callBack' | 'load' | 'open' | 'quit';

const MAX_COMPUTING_MS = 400;
const MAX_COUNT = 12;

export class Calling {
  readonly #scene: Scene;
  readonly #call: Call;
  readonly #random: Random;

  constructor(scene: Scene, call: Call, random: Random) {
    this.#scene = scene;
    this.#call = call;
    this.#random = random;
  }

  start(method: MethodName, caller: Caller, count: number, ms: number): void {
    if (method === 'items') void this.#consume(caller, count, ms);
    else this.watch(this.#reply(method, caller, count, ms));
  }

  /** The call, which fulfils with its number. */
  #reply(
    method: Exclude<MethodName, 'items'>,
    caller: Caller,
    count: number,
    ms: number,
  ): Promise<unknown> {
    const { id } = this.#call;
    const { req } = caller;
    switch (method) {
      case 'work':
        return req.work(id, ms);
      case 'fail':
        return req.fail(id, ms);
      case 'compute':
        return req.compute(id, Math.ceil(this.#random.next() * MAX_COMPUTING_MS));
      case 'quit':
        return req.quit(id).then((value) => (value === undefined ? id : value));
      case 'report':
        return this.#report(caller, count, ms);
      case 'callBack':
        return this.#callBack(caller, count);
      case 'load':
        return this.#load(caller, count);
      case 'open':
        return this.#open(caller);
    }
  }

  watch(reply: Promise<unknown>): void {
    const { ledger } = this.#scene;
    const call = this.#call;
    reply.then(
      (value) => {
        ledger.settled(call, value === call.id ? 'value' : `the value ${String(value)}`);
      },
      (error: unknown) => {
        ledger.rejected(call, error);
      },
    );
  }

  async #report(caller: Caller, count: number, ms: number): Promise<number> {
    const { ledger } = this.#scene;
    const call = this.#call;
    const onProgress = (value: unknown): void => {
      ledger.received(call, value);
    };
    const value = await caller.with({ onProgress }).req.report(call.id, count, ms);
    if (call.received !== count && call.abortedAt === undefined)
      ledger.wrong(`call ${call.id} got ${call.received} of ${count} values of progress`);
    return value;
  }

  /** Passes a callback, which is called in order. */
  #callBack(caller: Caller, count: number): Promise<number> {
    const { ledger, references } = this.#scene;
    const call = this.#call;
    const made = references.passed(call.id, call.agent);
    let calls = 0;
    const takes = this.#random.chance(0.5) ? this.#random.next() * 10 : 0;
    const called = async (n: number): Promise<number> => {
      if (n !== calls++) ledger.wrong(`callback ${call.id} was called with ${n} at ${calls - 1}`);
      if (takes > 0) await pause(takes);
      return n;
    };
    const onReleased = (): void => {
      made.isReleased = true;
    };
    const passed = callback(called, { onReleased });
    return caller.req.callBack(call.id, count, this.#random.chance(0.3), passed);
  }

  #load(caller: Caller, count: number): Promise<number> {
    const stream = this.#scene.references.produces(this.#call.id, this.#call.agent);
    let n = 0;
    const source = {
      next: () => {
        stream.isOver ||= n >= count;
        return Promise.resolve({ value: n++, done: stream.isOver });
      },
      return: () => {
        stream.isOver = true;
        return Promise.resolve({ value: undefined, done: true });
      },
      [Symbol.asyncIterator]: () => source,
    };
    const limit = this.#random.chance(0.3) ? 1 + this.#random.below(MAX_COUNT) : Infinity;
    return caller.req.load(this.#call.id, limit, source as never);
  }

  /** Gets a remote object, and calls it. */
  async #open(caller: Caller): Promise<number> {
    const { id } = this.#call;
    const counter = await caller.req.open(id);
    this.#call.repliedAt = this.#scene.world.now;
    try {
      await counter.req.add(2);
      if ((await counter.req.add(3)) !== 5) this.#scene.wrong(`object ${id} has lost its state`);
    } catch {
      // Its thread has ended.
    } finally {
      counter.close();
    }
    return id;
  }

  async #consume(caller: Caller, count: number, ms: number): Promise<void> {
    const { ledger } = this.#scene;
    const call = this.#call;
    const fails = this.#random.chance(0.2);
    const takes = this.#random.chance(0.3) ? this.#random.next() * 10 : 0;
    const items = caller.stream.items(call.id, count, ms, fails);
    try {
      for (;;) {
        const { done, value } = await items.next();
        if (done === true) {
          if (call.received !== count)
            ledger.wrong(`stream ${call.id} ends after ${call.received}`);
          ledger.settled(call, value === `end ${call.id}` ? 'value' : `the end ${value}`);
          return;
        }
        ledger.received(call, value);
        if (call.received === call.leavesAt) {
          await items.return(undefined as never);
          ledger.settled(call, 'left');
          return;
        }
        if (takes > 0) await pause(takes);
      }
    } catch (error) {
      ledger.rejected(call, error);
      if (call.outcome === 'threw' && call.received !== count && !ledger.mayMissValues(call))
        ledger.wrong(`stream ${call.id} fails after ${call.received} of ${count} items`);
    }
  }
}
