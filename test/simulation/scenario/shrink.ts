/**
 * Finds a shorter story for a failure: leaves operations out as long as something is still wrong.
 */
import { runScenario, type Plan, type Result } from './scenario.js';

/** @param run runs one scenario of a workload */
export async function shrink(
  plan: Plan,
  run: (plan: Plan) => Promise<Result> = runScenario,
): Promise<Result> {
  let without: ReadonlySet<number> = new Set();
  for (let size = Math.ceil(plan.operations / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let first = 1; first <= plan.operations; first += size) {
      const part = Array.from({ length: size }, (_, at) => first + at);
      if (part.every((n) => without.has(n))) continue;
      const fewer = new Set([...without, ...part]);
      const { violations } = await run({ ...plan, without: fewer });
      if (violations.length > 0) without = fewer;
    }
  }
  return run({ ...plan, without, records: true });
}
