import type { PoolStats, WorkerStats } from './pool-types.js';
import type { Slot } from './slot.js';
import type { Workers } from './workers.js';

const statsOf = (slot: Slot): WorkerStats => ({
  up: slot.isUp,
  pending: slot.pending,
  processed: slot.processed,
  failed: slot.failed,
  restarts: slot.child.restarts,
  utilization: slot.utilization,
});

/** The statistics of all workers, as of now. */
export function statsOfWorkers({
  slots,
  occupied,
  leaving,
  log,
}: Workers): Omit<PoolStats, 'waiting' | 'oldest'> {
  const all = [...slots, ...leaving.slots];
  const sum = (of: (slot: Slot) => number): number =>
    all.reduce((total, slot) => total + of(slot), 0);
  const up = occupied.filter(({ isUp }) => isUp);
  const utilization = up.reduce((total, slot) => total + slot.utilization, 0);
  return {
    workers: occupied.map(statsOf),
    pending: sum(({ pending }) => pending),
    processed: sum(({ processed }) => processed) + leaving.processed,
    failed: sum(({ failed }) => failed) + leaving.failed,
    latency: log.latency.latency,
    waitTime: log.waitTime.latency,
    runTime: log.runTime.latency,
    methods: log.methods.stats,
    utilization: up.length === 0 ? 0 : utilization / up.length,
  };
}
