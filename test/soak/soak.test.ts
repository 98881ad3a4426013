/** The soak runs on Node for some seconds; how long runs are judged, the other tests here check. */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Milliseconds, for a busy machine. */
const LONG = 120_000;

/** Runs without a verdict on trends, for which it is too short. */
function run(...more: string[]): Promise<{ code: unknown; lines: string[] }> {
  const main = fileURLToPath(new URL('./main.mjs', import.meta.url));
  const args = [main, '--minutes', '0.1', '--interval', '3', '--only-outcomes', ...more];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: LONG }, (error, stdout) =>
      resolve({ code: error?.code ?? 0, lines: stdout.trimEnd().split('\n') }),
    );
  });
}

test(
  'a few seconds of soak end without a failure, and everything ends with them',
  async () => {
    const { code, lines } = await run();
    expect(lines.filter((line) => line.startsWith('✗'))).toEqual([]);
    expect(code).toBe(0);
    expect(lines.at(-1)).toMatch(/^[1-9]\d* samples, .* 0 failures$/);
  },
  LONG,
);

test(
  'a wrong answer ends the run at once, as a failure',
  async () => {
    const { code, lines } = await run('--fault', 'answer');
    expect(code).toBe(1);
    expect(lines.join('\n')).toContain('✗ planted answer: Error: planted: not the answer');
    expect(lines.at(-1)).toMatch(/^1 samples, .* [1-9]\d* failures?$/);
  },
  LONG,
);
