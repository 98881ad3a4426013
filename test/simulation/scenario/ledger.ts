/** What was sent and what came of it, and whether that is allowed. */
import type { Agent } from '../agent.js';
import { isUmpError } from '../library.js';
import { Fate } from './fate.js';

/** A server, wherever it moves. */
export interface ServerRecord {
  readonly fate: Fate;
  readonly capacity: number | undefined;
  /**
   * Its clients stay in their agent, because no agent would learn that a port was lost on its way
   * to the server.
   */
  keepsClients?: boolean;
  /** The messages of its strong and post-only clients. */
  readonly sequences: Sequence[];
}

/** The messages of one client, wherever that client moves. */
export interface Sequence {
  readonly id: number;
  readonly client: Fate;
  readonly server: ServerRecord;
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
  /** The time, in virtual milliseconds, before which it must not expire. */
  readonly expiry: number;
  isAborted: boolean;
  /** Its context; undefined: it was not taken yet. */
  context: Fate | undefined;
  /** What its context was given; undefined: nothing yet. */
  answer: string | undefined;
  /** How its promise has settled; undefined: it has not. */
  outcome: string | undefined;
}

interface Post {
  readonly name: string;
  readonly sequence: Sequence;
  /** How often it has left a mailbox. */
  times: number;
}

/** The value or the code of the error with which a call has settled. */
export const outcomeOf = (error: unknown): string => {
  if (!isUmpError(error)) return `NOT OURS: ${(error as Error).stack ?? String(error)}`;
  return error.code === 'App' ? `App ${String(error.appError)}` : error.code;
};

/** Whether nothing is promised, because an agent had a part in it that breaks the protocol. */
export const isTainted = ({ client, server }: Sequence): boolean =>
  client.isTainted || server.fate.isTainted;

/** Whether a message that was not taken yet may have been lost. */
export const mayBeLost = ({ client, server }: Sequence): boolean =>
  client.isCutOff || server.fate.hasEnded || client.isTainted || server.fate.isTainted;

/** Whether a server may have ended: it does so with its last client. */
export const mayHaveEnded = ({ fate, sequences }: ServerRecord): boolean =>
  fate.hasEnded ||
  fate.isTainted ||
  sequences.every(({ client }) => client.hasEnded || client.isTainted);

export class Ledger {
  readonly calls: Call[] = [];
  readonly violations: string[] = [];
  readonly #sequences: Sequence[] = [];
  readonly #posts = new Map<string, Post>();

  wrong(what: string): void {
    this.violations.push(what);
  }

  newServer(agents: readonly Agent[], capacity: number | undefined): ServerRecord {
    return { fate: new Fate(agents), capacity, sequences: [] };
  }

  newSequence(server: ServerRecord, agent: Agent, from?: Sequence): Sequence {
    const client = new Fate([agent], from?.client);
    const id = this.#sequences.length + 1;
    const sequence = { id, client, server, sent: 0, lastTaken: 0 };
    this.#sequences.push(sequence);
    server.sequences.push(sequence);
    return sequence;
  }

  call(agent: Agent, sequence: Sequence, timeout: number | undefined): Call {
    const call: Call = {
      id: this.calls.length + 1,
      sequence,
      n: ++sequence.sent,
      agent,
      expiry: timeout === undefined ? Infinity : agent.world.now + timeout,
      isAborted: false,
      context: undefined,
      answer: undefined,
      outcome: undefined,
    };
    this.calls.push(call);
    return call;
  }

  /** Returns the number of the post in its sequence. */
  post(sequence: Sequence): number {
    const n = ++sequence.sent;
    const name = `${sequence.id}.${n}`;
    this.#posts.set(name, { name, sequence, times: 0 });
    return n;
  }

  /** The post was refused. */
  notPosted(sequence: Sequence, n: number): void {
    this.#posts.delete(`${sequence.id}.${n}`);
  }

  /** Records how the call settles. */
  watch(call: Call, reply: Promise<unknown>): void {
    const settle = (outcome: string): void => {
      call.outcome = outcome;
      call.agent.world.tell(`call ${call.id} settles: ${outcome}`);
      if (this.#allows(call, outcome)) return;
      const { id, agent, answer } = call;
      this.wrong(`call ${id} of ${agent.name}: ${outcome} instead of ${answer ?? 'an answer'}`);
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
    const sequence = this.#sequences[sequenceId - 1];
    // It was forged.
    if (sequence === undefined || isTainted(sequence)) return;
    const name = `${type} ${sequenceId}.${n}`;
    if (n <= sequence.lastTaken)
      this.wrong(`${name} came after ${sequenceId}.${sequence.lastTaken}`);
    sequence.lastTaken = Math.max(n, sequence.lastTaken);
    if (type === 'request') return;
    const post = this.#posts.get(`${sequenceId}.${n}`);
    if (post === undefined) this.wrong(`${name} was refused, and came all the same`);
    else if (++post.times > 1) this.wrong(`${name} came ${post.times} times`);
  }

  /** The server has ended because it has no clients any more. */
  ranOut(server: ServerRecord): void {
    if (!mayHaveEnded(server)) this.wrong('a server has ended although it has a client');
    server.fate.isClosed = true;
  }

  /** Nothing keeps this thread running: so it waits for no answer, and its server has ended. */
  mayExit(agent: Agent, server: ServerRecord): void {
    if (server.fate.isTainted) return;
    const waiting = this.calls.find((call) => call.agent === agent && call.outcome === undefined);
    if (waiting !== undefined) this.wrong(`${agent.name} exits before call ${waiting.id} settles`);
    if (server.fate.isIn(agent) && !mayHaveEnded(server))
      this.wrong(`${agent.name} exits although its server has clients`);
  }

  /** Before anything is closed: every post has arrived, unless something has ended. */
  auditPosts(): void {
    for (const { name, sequence, times } of this.#posts.values())
      if (times === 0 && !mayBeLost(sequence)) this.wrong(`post ${name} was lost`);
  }

  /** Every call of an agent that lives has settled. */
  audit(when: string): void {
    for (const call of this.calls) {
      const { id, outcome, agent } = call;
      if (outcome === undefined && agent.isAlive && !this.isTainted(call))
        this.wrong(`call ${id} of ${agent.name} hangs ${when}`);
    }
  }

  isTainted({ sequence, context, agent }: Call): boolean {
    if (agent.world.hostile === undefined) return false;
    return isTainted(sequence) || context?.isTainted === true;
  }

  #allows(call: Call, outcome: string): boolean {
    const { answer, isAborted, expiry, agent, context, sequence } = call;
    if (outcome === answer || this.isTainted(call)) return true;
    if (outcome === 'Aborted') return isAborted;
    if (outcome === 'Timeout') return agent.world.now >= expiry;
    if (outcome !== 'NoReply' && outcome !== 'ServerDisappeared') return false;
    // Once it was taken, only its way back counts.
    return context === undefined
      ? mayBeLost(sequence)
      : context.isCutOff || sequence.client.isCutOff;
  }
}
