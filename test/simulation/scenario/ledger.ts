/** What was sent and what came of it, and whether that is allowed. */
import type { Agent } from '../agent.js';
import { isUmpError, type Dropped } from '../library.js';
import { Dependencies } from './dependencies.js';

/** A server, wherever it moves. */
export interface ServerRecord {
  readonly dependencies: Dependencies;
  readonly capacity: number | undefined;
  /**
   * Its clients stay in their agent, because no agent would learn that a port was lost on its way
   * to the server.
   */
  keepsClients?: boolean;
  /** Any page may ask for it at any time: it does not end with its last client. */
  staysOpen?: boolean;
  /** The messages of its strong and post-only clients. */
  readonly sequences: Sequence[];
}

/** The messages of one client, wherever that client moves. */
export interface Sequence {
  readonly id: number;
  readonly client: Dependencies;
  readonly server: ServerRecord;
  /** It began with another connect() to its server, which may have ended by then. */
  readonly isLate: boolean;
  /** How many messages were sent. */
  sent: number;
  /** The number of the last message that has left a mailbox. */
  lastTaken: number;
  /** Its messages come after those of another one up to that number: see `client.clone()`. */
  after?: { readonly sequence: Sequence; readonly n: number };
  /** Its messages up to this number had come before one of a later clone. */
  passed: number;
}

export interface Call {
  readonly id: number;
  readonly sequence: Sequence;
  readonly n: number;
  readonly agent: Agent;
  /** Where its server was when it was made. */
  readonly host: Agent;
  /** The time, in virtual milliseconds, before which it must not expire. */
  readonly expiry: number;
  isAborted: boolean;
  /** Its context; undefined: it was not taken yet. */
  context: Dependencies | undefined;
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
  client.isTainted || server.dependencies.isTainted;

/** Whether a message that was not taken yet may have been lost. */
export const mayBeLost = ({ client, server, isLate }: Sequence): boolean =>
  client.isCutOff ||
  server.dependencies.hasEnded ||
  client.isTainted ||
  server.dependencies.isTainted ||
  // No server is asked for any more where one has moved away from.
  (isLate && (server.dependencies.hasMoved || mayHaveEnded(server)));

/** Whether a server may have ended: it does so with its last client. */
export const mayHaveEnded = ({ dependencies, sequences }: ServerRecord): boolean =>
  dependencies.hasEnded ||
  dependencies.isTainted ||
  sequences.every(({ client, isLate }) => client.hasEnded || client.isTainted || isLate);

export class Ledger {
  readonly calls: Call[] = [];
  readonly violations: string[] = [];
  readonly #sequences: Sequence[] = [];
  readonly #posts = new Map<string, Post>();
  /** What was reported as undelivered. */
  readonly #dropped: string[] = [];

  wrong(what: string): void {
    this.violations.push(what);
  }

  newServer(agents: readonly Agent[], capacity: number | undefined): ServerRecord {
    return { dependencies: new Dependencies(agents), capacity, sequences: [] };
  }

  newSequence(server: ServerRecord, agent: Agent, from?: Sequence, isLate = false): Sequence {
    const client = new Dependencies([agent], from?.client);
    const sequence = this.#add({ client, server, isLate: from?.isLate ?? isLate });
    server.sequences.push(sequence);
    return sequence;
  }

  /** For messages of a client that have no place among its others. */
  newLine(from: Sequence): Sequence {
    return this.#add(from);
  }

  #add({ client, server, isLate }: Pick<Sequence, 'client' | 'server' | 'isLate'>): Sequence {
    const id = this.#sequences.length + 1;
    const sequence = { id, client, server, isLate, sent: 0, lastTaken: 0, passed: 0 };
    this.#sequences.push(sequence);
    return sequence;
  }

  call(agent: Agent, sequence: Sequence, timeout: number | undefined): Call {
    const call: Call = {
      id: this.calls.length + 1,
      sequence,
      n: ++sequence.sent,
      agent,
      host: sequence.server.dependencies.last,
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
    if (n <= sequence.passed && !mayBeLost(sequence))
      this.wrong(`${name} came after a message of a later clone`);
    sequence.lastTaken = Math.max(n, sequence.lastTaken);
    for (let { after } = sequence; after !== undefined; after = after.sequence.after)
      after.sequence.passed = Math.max(after.n, after.sequence.passed);
    if (type === 'request') return;
    const post = this.#posts.get(`${sequenceId}.${n}`);
    if (post === undefined) this.wrong(`${name} was refused, and came all the same`);
    else if (++post.times > 1) this.wrong(`${name} came ${post.times} times`);
  }

  /** The library has reported this as undelivered. */
  dropped(dropped: Dropped): void {
    if (dropped.type === 'reply') this.#dropped.push(`value ${String(dropped.value)}`);
    else if (dropped.type === 'failure') this.#dropped.push(`App ${String(dropped.error)}`);
    else if (Array.isArray(dropped.msg)) {
      const [, sequence, n] = dropped.msg as number[];
      this.#dropped.push(`post ${sequence}.${n}`);
    }
  }

  /** Nothing was reported twice, or although it has arrived. */
  auditDropped(): void {
    const outcomes = new Set(this.calls.map(({ outcome }) => outcome));
    const reported = new Set<string>();
    for (const name of this.#dropped) {
      if (reported.has(name)) this.wrong(`${name} was reported as dropped twice`);
      reported.add(name);
      const hasArrived = outcomes.has(name) || (this.#posts.get(name.slice(5))?.times ?? 0) > 0;
      if (hasArrived) this.wrong(`${name} arrived, and was reported as dropped`);
    }
  }

  /** The server has ended because it has no clients any more. */
  ranOut(server: ServerRecord): void {
    if (!mayHaveEnded(server)) this.wrong('a server has ended although it has a client');
    server.dependencies.isClosed = true;
  }

  /** Nothing keeps this thread running: so it waits for no answer, and its server has ended. */
  mayExit(agent: Agent, server: ServerRecord): void {
    if (server.dependencies.isTainted) return;
    const waiting = this.calls.find((call) => call.agent === agent && call.outcome === undefined);
    if (waiting !== undefined) this.wrong(`${agent.name} exits before call ${waiting.id} settles`);
    if (server.dependencies.last === agent && !mayHaveEnded(server))
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
      if (outcome !== undefined || !agent.isAlive || this.isTainted(call)) continue;
      const { client, server } = call.sequence;
      const parts = [client, server.dependencies, call.context];
      if (!parts.some((part) => part?.isUnreported === true))
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
