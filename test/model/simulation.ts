/** The server of the simulation, the contexts taken from it, and the final checks. */
import { ReplyContext, Server, isUmpError } from 'ump-ng';
import { SimulatedClients, at } from './simulated-clients.js';
import { outcomeOf, type Request } from './ledger.js';

interface Held {
  request: Request;
  context: ReplyContext<string, string>;
}

export class Simulation extends SimulatedClients {
  readonly #held: Held[] = [];

  // ── the server ─────────────────────────────────────────────────────────────────────────────────

  take(): boolean {
    let message;
    try {
      message = this.server.tryPop();
    } catch (error) {
      const code = this.serverOpen ? 'ClientsDisappeared' : 'ServerDisappeared';
      if (!isUmpError(error, code)) this.ledger.wrong(`tryPop() threw ${outcomeOf(error)}`);
      const expected = !this.serverOpen || this.callers.length === 0 || this.ledger.broken;
      if (!expected) this.ledger.wrong('tryPop() missed a client');
      return false;
    }
    if (message === undefined) return false;
    const { stream, n } = message.msg;
    this.ledger.took(message.type, message.msg);
    if (message.type === 'post') return true;
    const isIt = ({ message: sent }: Request): boolean => sent.stream === stream && sent.n === n;
    const request = this.ledger.requests.find(isIt);
    if (request !== undefined) this.#held.push({ request, context: message.rctx });
    else this.ledger.wrong(`request ${stream}.${n} was never sent`);
    return true;
  }

  answer(pick: number, how: 'reply' | 'fail' | 'drop'): void {
    const held = this.#release(pick);
    if (held === undefined) return;
    const { context, request } = held;
    const text = `${request.message.stream}.${request.message.n}`;
    if (how === 'drop') {
      context[Symbol.dispose]();
      request.decide('NoReply');
      return;
    }
    const waited = how === 'reply' ? context.reply(text) : context.fail(text);
    if (waited) request.decide(`${how === 'reply' ? 'value' : 'App'} "${text}"`);
    else if (request.expected !== 'Aborted' && !this.ledger.broken) {
      this.ledger.wrong(`the caller of ${text} counts as lost`);
    }
  }

  moveContext(pick: number): void {
    const held = at(this.#held, pick);
    if (held !== undefined) held.context = ReplyContext.from(held.context.transfer());
  }

  /** The context is transferred to an owner that dies before it uses the port. */
  loseContext(pick: number): void {
    const held = this.#release(pick);
    held?.context.transfer().close();
    held?.request.decide('NoReply');
  }

  #release(pick: number): Held | undefined {
    const held = at(this.#held, pick);
    if (held !== undefined) this.#held.splice(this.#held.indexOf(held), 1);
    return held;
  }

  moveServer(): void {
    if (this.serverOpen) this.attempt(() => (this.server = Server.from(this.server.transfer())));
  }

  closeServer(): void {
    if (!this.serverOpen) return;
    this.serverOpen = false;
    for (const upgrade of this.upgrades) upgrade.mustSucceed = false;
    this.server.close();
    const taken = new Set(this.#held.map(({ request }) => request));
    for (const request of this.ledger.requests) {
      if (!taken.has(request)) request.decide('ServerDisappeared');
    }
  }

  async cut(pick: number): Promise<void> {
    this.ledger.broken = true;
    await this.network.kill(pick);
  }

  // ── the end ────────────────────────────────────────────────────────────────────────────────────

  /** Answers and closes everything that is left; then nothing must be left open. */
  async finish(): Promise<void> {
    const read = this.serverOpen;
    do {
      while (this.#held.length > 0) this.answer(0, 'reply');
      await this.network.flush();
    } while (this.take());
    while (this.callers.length > 0) this.closeClient(0);
    for (const weak of this.weaks) weak.close();
    await this.network.flush();
    // An upgrade may have succeeded meanwhile.
    while (this.callers.length > 0) this.closeClient(0);
    await this.network.flush();
    if (read) await this.#endsWithItsClients();
    this.server.close();
    await this.network.flush();
    this.ledger.audit(read);
    if (this.upgrades.size > 0) this.ledger.wrong('an upgrade() hangs');
    if (this.network.connections > 0)
      this.ledger.wrong(`${this.network.connections} connections were left open`);
    await this.#mustSettle('closed', Promise.all(this.closings));
    await this.#mustSettle('drained', this.server.drained);
  }

  async #endsWithItsClients(): Promise<void> {
    const end = this.server.wait().then(() => 'another message', outcomeOf);
    await this.#mustSettle('the last wait()', end);
    void end.then((outcome) => {
      if (outcome !== 'ClientsDisappeared') this.ledger.wrong(`the last wait() got ${outcome}`);
    });
  }

  async #mustSettle(name: string, promise: Promise<unknown>): Promise<void> {
    const hangs = Symbol('hangs');
    await this.network.rest();
    if ((await Promise.race([promise, Promise.resolve(hangs)])) === hangs) {
      this.ledger.wrong(`${name} hangs`);
    }
  }
}
