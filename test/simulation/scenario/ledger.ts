/** What was sent and what came of it, and whether that is allowed. */
import type { Agent } from '../agent.js';
import { isUmpError } from '../library.js';

/** The messages of one client, wherever that client moves. */
export interface Sequence {
  readonly id: number;
  /** How many messages were sent. */
  sent: number;
  /** The number of the last message that has left a mailbox. */
  lastTaken: number;
}

export interface Call {
  readonly id: number;
  readonly sequence: Sequence;
  readonly n: number;
  readonly agent: Agent;
  readonly hasTimeout: boolean;
  isAborted: boolean;
  /** What its context was given; undefined: nothing yet. */
  answer: string | undefined;
  /** How its promise has settled; undefined: it has not. */
  outcome: string | undefined;
}

/** The value or the code of the error with which a call has settled. */
export const outcomeOf = (error: unknown): string => {
  if (!isUmpError(error)) return `NOT OURS: ${(error as Error).stack ?? String(error)}`;
  return error.code === 'App' ? `App ${String(error.appError)}` : error.code;
};

export class Ledger {
  readonly calls: Call[] = [];
  readonly violations: string[] = [];
  /** Something has happened that may end calls: an agent ended, a client or a server was closed. */
  isDisturbed = false;
  readonly #sequences: Sequence[] = [];
  /** How often each post has left a mailbox. */
  readonly #posts = new Map<string, number>();

  wrong(what: string): void {
    this.violations.push(what);
  }

  newSequence(): Sequence {
    const sequence = { id: this.#sequences.length + 1, sent: 0, lastTaken: 0 };
    this.#sequences.push(sequence);
    return sequence;
  }

  call(agent: Agent, sequence: Sequence, hasTimeout: boolean): Call {
    const call: Call = {
      id: this.calls.length + 1,
      sequence,
      n: ++sequence.sent,
      agent,
      hasTimeout,
      isAborted: false,
      answer: undefined,
      outcome: undefined,
    };
    this.calls.push(call);
    return call;
  }

  /** Returns the number of the post in its sequence. */
  post(sequence: Sequence): number {
    const n = ++sequence.sent;
    this.#posts.set(`${sequence.id}.${n}`, 0);
    return n;
  }

  /** Records how the call settles. */
  watch(call: Call, reply: Promise<unknown>): void {
    const settle = (outcome: string): void => {
      call.outcome = outcome;
      call.agent.world.tell(`call ${call.id} settles: ${outcome}`);
    };
    reply.then(
      (value) => {
        settle(`value ${String(value)}`);
      },
      (error: unknown) => {
        settle(outcomeOf(error));
      },
    );
  }

  /** A message has left a mailbox: once, and after the earlier ones of its client. */
  took(type: 'request' | 'post', sequenceId: number, n: number): void {
    const sequence = this.#sequences[sequenceId - 1]!;
    const name = `${type} ${sequenceId}.${n}`;
    if (n <= sequence.lastTaken)
      this.wrong(`${name} came after ${sequenceId}.${sequence.lastTaken}`);
    sequence.lastTaken = Math.max(n, sequence.lastTaken);
    if (type === 'request') return;
    const times = (this.#posts.get(`${sequenceId}.${n}`) ?? 0) + 1;
    this.#posts.set(`${sequenceId}.${n}`, times);
    if (times > 1) this.wrong(`${name} came ${times} times`);
  }

  /** Every call of an agent that lives has settled, and with an outcome that is allowed. */
  audit(): void {
    for (const call of this.calls) {
      const { id, outcome, agent, answer } = call;
      if (outcome === undefined) {
        if (agent.isAlive) this.wrong(`call ${id} of ${agent.name} hangs`);
      } else if (!this.#allows(call, outcome)) {
        this.wrong(`call ${id} of ${agent.name}: ${outcome} instead of ${answer ?? 'an error'}`);
      }
    }
    if (this.isDisturbed) return;
    for (const [name, times] of this.#posts) if (times === 0) this.wrong(`post ${name} was lost`);
  }

  #allows({ answer, isAborted, hasTimeout }: Call, outcome: string): boolean {
    if (outcome === answer) return true;
    if (outcome === 'Aborted') return isAborted;
    if (outcome === 'Timeout') return hasTimeout;
    return this.isDisturbed && (outcome === 'NoReply' || outcome === 'ServerDisappeared');
  }
}
