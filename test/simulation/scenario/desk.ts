/** How the servers of a scenario read their mailboxes, and what they answer. */
import type { Agent } from '../agent.js';
import { isUmpError, type MsgType } from '../library.js';
import { Random } from '../random.js';
import { auditSignal } from './audit.js';
import { Dependencies } from './dependencies.js';
import type { Hosting, Message, OpenRequest } from './handles.js';
import { AFTER_AN_END, type Inventory } from './inventory.js';
import { mayBeLost, outcomeOf, type Call } from './ledger.js';

type Taken = MsgType<Message, Message, string, string>;

/** The share of calls that are answered as soon as they are taken. */
const ANSWERED_AT_ONCE = 0.3;
/** The share of messages after which a server reads none for a while, and how long at most. */
const PAUSES = 0.15;
const MAX_PAUSE_MS = 50;
/** The share of messages after which a server reads no more until the scenario is over. */
const STOPS = 0.04;
const STOP_MS = 1e6;
/** After it, CANCEL has come, or its sender is known to be lost. */
const LATE_CANCEL_MS = 4000;

const isGivenUp = ({ agent, outcome }: Call): boolean => !agent.isAlive || outcome !== undefined;

export class Desk {
  readonly #inventory: Inventory;
  readonly #seed: number;
  /** Servers that read nothing until the scenario is over. */
  readonly #stopped: { agent: Agent; resume: () => void }[] = [];

  constructor(inventory: Inventory, seed: number) {
    this.#inventory = inventory;
    this.#seed = seed;
  }

  /** Until the server ends or moves. */
  async serve(hosting: Hosting): Promise<void> {
    const { agent, server, record } = hosting;
    const { ledger } = this.#inventory;
    try {
      for (;;) {
        const message = await server.wait();
        if (!this.#take(hosting, message)) continue;
        if (!(await this.#hasPaused(agent, message))) continue;
        for (let next = server.tryPop(); next !== undefined; next = server.tryPop())
          this.#take(hosting, next);
      }
    } catch (error) {
      if (outcomeOf(error) === 'ClientsDisappeared') ledger.ranOut(record);
      // It was closed or moved.
      else if (record.dependencies.isTainted) return;
      else if (!isUmpError(error) || !AFTER_AN_END.includes(error.code))
        ledger.wrong(`wait() rejected with ${outcomeOf(error)}`);
    }
  }

  /** @returns false if it was forged. */
  #take({ agent, record }: Hosting, message: Taken): boolean {
    if (this.#isForged(message)) return false;
    const { world, ledger, isOver, openRequests } = this.#inventory;
    const [id, sequence, n] = message.msg;
    ledger.took(message.type, sequence, n);
    if (message.type === 'post') return true;
    world.tell(`${agent.name} takes call ${id}`);
    const call = ledger.calls[id - 1]!;
    // If its server has moved since, the hosts until now have passed it on.
    call.context = new Dependencies([...record.dependencies.since(call.host), agent]);
    const openRequest = { agent, call, context: message.rctx };
    // A signal may be asked for at any time, or never.
    if (id % 2 === 0) this.readSignal(openRequest);
    if (isOver) this.#answerLate(openRequest);
    else if (this.#decisions(id).chance(ANSWERED_AT_ONCE)) this.answer(openRequest);
    else openRequests.push(openRequest);
    return true;
  }

  /** Answers what only a hostile agent can have sent, or may have sent again. */
  #isForged({ type, msg, rctx }: Taken): boolean {
    const { world, ledger } = this.#inventory;
    if (world.hostile === undefined) return false;
    const [id] = (Array.isArray(msg) ? msg : []) as number[];
    const call = ledger.calls[(id ?? 0) - 1];
    if (type === 'post') return !Array.isArray(msg);
    if (call !== undefined && (call.context === undefined || !ledger.isTainted(call))) return false;
    rctx.reply('junk');
    return true;
  }

  /**
   * A request whose caller gave up long ago leaves the mailbox. It may still come if its client
   * waited for credit until now; then the news follow.
   */
  #answerLate(openRequest: OpenRequest): void {
    if (!isGivenUp(openRequest.call)) {
      this.answer(openRequest);
      return;
    }
    openRequest.agent.after(LATE_CANCEL_MS, () => {
      auditSignal(this.#inventory, openRequest);
      this.answer(openRequest);
    });
  }

  /** After some messages a server reads no other for a while. */
  async #hasPaused(agent: Agent, { msg }: Taken): Promise<boolean> {
    const [, sequence, n] = msg;
    const random = new Random(this.#seed * 37 + sequence * 101 + n);
    const { isOver, isClosingClients } = this.#inventory;
    if (isOver || isClosingClients || !random.chance(PAUSES + STOPS)) return false;
    const stops = random.chance(STOPS / (PAUSES + STOPS));
    const ms = stops ? STOP_MS : random.next() * MAX_PAUSE_MS;
    this.#inventory.world.tell(`${agent.name} reads nothing for ${ms.toFixed(0)} ms`);
    await new Promise<void>((resume) => {
      // A timer of its own keeps a thread of Node running meanwhile.
      const timer = setTimeout(resume, ms);
      if (!stops) return;
      const resumeEarly = (): void => {
        clearTimeout(timer);
        resume();
      };
      this.#stopped.push({ agent, resume: resumeEarly });
    });
    return true;
  }

  /** The servers that have stopped reading go on. */
  async resume(): Promise<void> {
    for (const { agent, resume } of this.#stopped.splice(0)) await agent.run(resume);
  }

  /** From now on its signal fires as soon as no caller waits for the answer. */
  readSignal({ context }: OpenRequest): boolean {
    return context.signal.aborted;
  }

  /** What happens to a call depends on its number only, so that a shorter story stays the same. */
  #decisions(call: number): Random {
    return new Random(this.#seed * 31 + call);
  }

  /** @param isAwaited What reply() has returned: whether the caller waits, as far as is known. */
  #mustWait(call: Call, isAwaited: boolean): void {
    const { sequence, context } = call;
    const isCutOff = sequence.client.isCutOff || context!.isCutOff || mayBeLost(sequence);
    if (!isAwaited && !isCutOff && !isGivenUp(call) && !this.#inventory.ledger.isTainted(call))
      this.#inventory.ledger.wrong(`the caller of call ${call.id} counts as lost`);
  }

  answer({ call, context }: OpenRequest): void {
    const random = this.#decisions(-call.id);
    if (call.answer !== undefined) this.#inventory.ledger.wrong(`call ${call.id} has two contexts`);
    if (random.chance(0.8)) {
      call.answer = `value r${call.id}`;
      this.#mustWait(call, context.reply(`r${call.id}`));
    } else if (random.chance(0.5)) {
      call.answer = `App e${call.id}`;
      this.#mustWait(call, context.fail(`e${call.id}`));
    } else {
      call.answer = 'NoReply';
      context[Symbol.dispose]();
    }
  }
}
