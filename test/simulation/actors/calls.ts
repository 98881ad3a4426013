/** The calls of a scenario. */
import type { Random } from '../random.js';
import type { Call } from './ledger.js';
import { Calling, type MethodName } from './calling.js';
import type { RemoteOptions } from './library.js';
import type { Scene } from './scene.js';
import type { Target } from './target.js';

const WEIGHTS: Record<MethodName, number> = {
  work: 10,
  fail: 2,
  compute: 0.7,
  items: 4,
  report: 2,
  callBack: 3,
  load: 2,
  open: 2,
  quit: 0.7,
};

const MAX_MS = 60;
const MAX_TIMEOUT_MS = 200;
const MAX_COUNT = 12;

/** A method with an argument that cannot be sent twice. */
const isMoving = (method: MethodName): boolean =>
  ['items', 'report', 'callBack', 'load'].includes(method);

export function makeCall(scene: Scene, target: Target, id: number, random: Random): void {
  const { agent, kind, isPlain } = target;
  const weights = isPlain ? { ...WEIGHTS, quit: 0 } : WEIGHTS;
  const method = random.weighted(weights);
  const isMoved = isMoving(method);
  const isStream = method === 'items';
  const mayRetry = kind !== 'actor' && kind !== 'name' && !isPlain && !isStream;
  const retries = mayRetry && random.chance(isMoved ? 0.05 : 0.3) ? 1 + random.below(2) : 0;
  const timeout = !isPlain && random.chance(0.2) ? 1 + random.below(MAX_TIMEOUT_MS) : undefined;
  const priority = kind === 'pool' && random.chance(0.2) ? random.below(3) : undefined;
  const killAfter = target.hasKills && random.chance(0.5) ? random.pick([0, 50]) : undefined;
  const count = random.below(MAX_COUNT);
  const buffer = random.pick([1, 4, 16]);
  const call: Call = {
    id,
    target,
    agent,
    at: scene.world.now,
    method,
    timeout,
    retries,
    isInvalid: isMoved && (retries > 0 || target.isBroadcast),
    isPrior: priority !== undefined,
    buffer,
    leavesAt:
      isStream && !isPlain && count > 1 && random.chance(0.3) ? random.below(count) : undefined,
    abortedAt: undefined,
    executions: [],
    received: 0,
    outcome: undefined,
    repliedAt: undefined,
    settledAt: undefined,
  };
  scene.ledger.add(call);
  const controller = new AbortController();
  scene.aborts.set(id, controller);
  const given = { signal: controller.signal, timeout, idempotent: retries || undefined };
  const options = { ...given, priority, killAfter, buffer } as unknown as RemoteOptions;
  const caller = target.caller.with(options);
  const ms = random.chance(0.5) ? 0 : Math.ceil(random.next() * MAX_MS);
  new Calling(scene, call, random).start(method, caller, count, ms);
}
