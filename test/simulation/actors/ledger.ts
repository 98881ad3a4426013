/** The calls of a scenario, what was done for each, and whether its outcome is allowed. */
import type { Agent } from '../agent.js';
import { isUmpError } from '../library.js';
import { outcomeOf } from '../scenario/ledger.js';
import type { Host } from './host.js';
import type { Target } from './target.js';

/** An error that a method throws on purpose. */
export class Intended extends Error {}

export interface Execution {
  readonly host: Host;
  readonly begunAt: number;
  end: 'returned' | 'threw' | undefined;
}

export interface Call {
  /** The number of the operation that makes it. */
  readonly id: number;
  readonly target: Target;
  readonly agent: Agent;
  readonly at: number;
  readonly method: string;
  readonly timeout: number | undefined;
  /** How often it may be sent again. */
  readonly retries: number;
  /** It must be refused: its options contradict each other. */
  readonly isInvalid: boolean;
  readonly isPrior: boolean;
  abortedAt: number | undefined;
  /** For a stream: how many items may wait for the caller. */
  readonly buffer: number;
  /** For a stream: after how many items the caller leaves. */
  readonly leavesAt: number | undefined;
  /** How many items or values of progress the caller has got. */
  received: number;
  readonly executions: Execution[];
  /** When a reply came after which the same call is not over: the timeout ends with it. */
  repliedAt: number | undefined;
  settledAt: number | undefined;
  outcome: string | undefined;
}

export interface Post {
  readonly id: number;
  readonly target: Target;
  readonly at: number;
  /** The actors that have handled it. */
  readonly hosts: Host[];
}

/** The methods that send values before they return. */
const HAVE_VALUES = ['items', 'report'];
/** A call that settles so was not sent. */
const REFUSALS = ['MailboxFull', 'Detached', 'InvalidArgument'];
/** The items of a stream that are at its ends, and not in the buffer. */
const AHEAD = 2;
/** How long the end of a thread may go unnoticed, in milliseconds. */
const NOTICE_MS = 1500;
/** How much later a timeout may come: twice the time in which what has arrived is read. */
const LATE_MS = 700;

export class Ledger {
  readonly calls: Call[] = [];
  readonly violations: string[] = [];
  readonly #byId = new Map<number, Call>();
  readonly #posts = new Map<number, Post>();
  /** The number of the last message that has begun, of each order of a target. */
  readonly #lastBegun = new Map<string, number>();

  wrong(what: string): void {
    if (!this.violations.includes(what)) this.violations.push(what);
  }

  add(call: Call): void {
    this.calls.push(call);
    this.#byId.set(call.id, call);
    call.target.accepted++;
  }

  post(post: Post): void {
    this.#posts.set(post.id, post);
  }

  /** The caller has got an item or a value of progress. */
  received(call: Call, value: unknown): void {
    if (value !== call.received)
      this.wrong(`call ${call.id} got ${String(value)} in place of ${call.received}`);
    if (call.outcome !== undefined) this.wrong(`call ${call.id} got a value after it had settled`);
    call.received++;
  }

  /** An actor is about to yield one more item. */
  produced(id: number, count: number): void {
    const { buffer, received } = this.#byId.get(id)!;
    if (count - received > buffer + AHEAD)
      this.wrong(`the stream of call ${id} is ${count - received} items ahead`);
  }

  // ── in the actors ──────────────────────────────────────────────────────────────────────────────

  /** A method begins to work on a call. */
  begin(id: number, host: Host): Execution {
    const call = this.#byId.get(id)!;
    const execution: Execution = { host, begunAt: host.agent.world.now, end: undefined };
    call.executions.push(execution);
    host.begun++;
    if (call.target.isBroadcast) return execution;
    const times = call.executions.length;
    if (times > 1 + call.retries) this.wrong(`call ${id} was carried out ${times} times`);
    // One that has hung may begin later than the one which the call was sent to after it.
    const sound = call.executions.filter(({ host: each }) => !each.wasLost(0, Infinity));
    if (sound.length > 1) {
      const numbers = sound.map(({ host: each }) => each.number).join(' and ');
      this.wrong(`call ${id} was carried out again, though workers ${numbers} were not lost`);
    }
    if (call.retries === 0 && !call.isPrior) this.#checkOrder(call.target, host, id);
    return execution;
  }

  #checkOrder(target: Target, { brokenAt }: Host, id: number): void {
    // One that was given up may go on, while its successor takes what came later.
    if (target.orderOf === undefined || brokenAt !== undefined) return;
    const order = `${target.id} ${target.orderOf(id)}`;
    const last = this.#lastBegun.get(order) ?? 0;
    if (last > id) this.wrong(`message ${id} begins after ${last} at target ${target.id}`);
    this.#lastBegun.set(order, id);
  }

  /** A post is handled. */
  noted(id: number, host: Host): void {
    const { target, hosts } = this.#posts.get(id)!;
    if (hosts.includes(host) || (hosts.length > 0 && !target.isBroadcast))
      this.wrong(`post ${id} came twice`);
    hosts.push(host);
    this.#checkOrder(target, host, id);
  }

  /**
   * Whether values may be missing of a call that has failed: its caller has left, or they are lost
   * with the thread that has ended.
   */
  mayMissValues({ abortedAt, executions, agent }: Call): boolean {
    return (
      abortedAt !== undefined ||
      executions.some(({ host }) => host.mayHaveLostPosts(agent.world.now))
    );
  }

  // ── at the caller ──────────────────────────────────────────────────────────────────────────────

  settled(call: Call, outcome: string): void {
    const { world } = call.agent;
    world.tell(`call ${call.id} settles: ${outcome}`);
    if (call.outcome !== undefined) this.wrong(`call ${call.id} settles twice`);
    if (REFUSALS.includes(outcome)) call.target.accepted--;
    call.outcome = outcome;
    call.settledAt = world.now;
  }

  rejected(call: Call, error: unknown): void {
    const isIntended =
      isUmpError(error, 'HandlerFailed') &&
      (error.cause as Error | undefined)?.message === `intended ${call.id}`;
    this.settled(call, isIntended ? 'threw' : outcomeOf(error));
  }

  #problemOf(call: Call, outcome: string): string | undefined {
    const { executions, timeout, abortedAt, target, at } = call;
    const now = call.settledAt!;
    const has = (end: Execution['end']): boolean =>
      target.isBroadcast
        ? executions.some((each) => each.end === end)
        : executions.at(-1)?.end === end;
    if (call.isInvalid && (outcome === 'value' || outcome === 'threw'))
      return `${outcome} in place of InvalidArgument`;
    switch (outcome) {
      case 'value':
        return has('returned') ? undefined : 'a value from nowhere';
      case 'threw':
        return has('threw') ? undefined : 'an error from nowhere';
      case 'left':
        return call.leavesAt === call.received ? undefined : 'it was left too early';
      case 'InvalidArgument':
        return call.isInvalid ? undefined : 'its arguments are valid';
      case 'Timeout':
        if (timeout === undefined) return 'a timeout that it does not have';
        if (now < at + timeout) return `its timeout is ${timeout}, and came after ${now - at} ms`;
        return undefined;
      case 'Aborted':
        return abortedAt === undefined ? 'aborted, though nothing has aborted it' : undefined;
      case 'MailboxFull':
        return target.isBounded ? undefined : 'no room in a queue without a bound';
      case 'Detached':
        return target.endedAt === undefined ? 'detached without an end' : undefined;
      case 'ServerDisappeared':
        return this.#mayDisappear(call) ? undefined : 'ServerDisappeared without a death';
      default:
        return `${outcome} is not allowed`;
    }
  }

  /** Whether something has ended that the call may have depended on. */
  #mayDisappear(call: Call): boolean {
    const { target, at, settledAt = Infinity, executions, retries } = call;
    if (target.endedAt !== undefined && target.endedAt <= settledAt) return true;
    // The values come by a port of their own.
    if (HAVE_VALUES.includes(call.method) && executions.at(-1)?.host.mayHaveLostPosts(settledAt))
      return true;
    // What an actor has not taken comes back only while its thread lives, and so do its answers.
    const loses = ({ endedAt = Infinity }: Host): boolean =>
      target.endsAtOnce && endedAt >= at && endedAt <= settledAt;
    const wasLost = (host: Host): boolean => host.wasLost(at - NOTICE_MS, settledAt) || loses(host);
    if (target.kind === 'actor' || target.kind === 'name' || target.isBroadcast)
      return target.hosts.some((host) => wasLost(host) || host.isEnding);
    // A pool sends calls to workers that have started.
    const lost = target.hosts.filter(
      (host) => wasLost(host) && (target.kind !== 'pool' || host.upAt !== undefined),
    );
    // Each loss takes one try.
    if (executions.length === 0 || retries > 0) return lost.length > retries;
    return executions.some(({ host }) => lost.includes(host));
  }

  /** Posts are lost only with their actor. */
  #auditPosts(): void {
    for (const { id, target, at, hosts } of this.#posts.values()) {
      const { agent, endedAt } = target;
      const isLost = target.hosts.some((host) => host.wasLost(at - NOTICE_MS, Infinity));
      const hasEnded = target.hosts.some((host) => host.isEnding);
      if (hosts.length === 0 && agent.isAlive && endedAt === undefined && !isLost && !hasEnded)
        this.wrong(`post ${id} of ${target.kind} ${target.id} was lost`);
    }
  }

  /**
   * Every call of an agent that lives has settled, in time, and as it may.
   * @param computed how long each agent has computed, in milliseconds
   */
  audit(computed: ReadonlyMap<Agent, number>): void {
    this.#auditPosts();
    for (const call of this.calls) {
      const { id, outcome, agent, target, method, timeout, at, settledAt } = call;
      const { repliedAt = settledAt! } = call;
      const wrong = (problem: string): void => {
        this.wrong(`call ${id} (${method}) of ${target.kind} ${target.id}: ${problem}`);
      };
      if (outcome === undefined) {
        if (agent.isAlive) wrong('it hangs');
        continue;
      }
      const problem = this.#problemOf(call, outcome);
      if (problem !== undefined) wrong(problem);
      if (method === 'items') continue;
      const late = repliedAt - at - (timeout ?? Infinity) - (computed.get(agent) ?? 0);
      if (late > LATE_MS) wrong(`it settled ${late} ms after its timeout`);
    }
  }
}
