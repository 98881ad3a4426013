/** Runs the simulator in a process of its own, because it replaces the globals. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('main.mjs', import.meta.url));

/** Returns what it prints. */
export async function simulate(
  workload: 'clients' | 'actors',
  seed: number,
  scenarios: number,
  more: Record<string, string> = {},
): Promise<string> {
  const options = { workload, seed, scenarios, seconds: 600, ...more };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args]);
  return stdout;
}
