/** What a story costs its victim, and what the same messages cost the engine alone. */
import { Attacker } from '../attacker.js';
import { meter } from '../library.js';
import { newChannel, read, surroundings, turn, workClock } from '../platform.js';
import type { Story } from '../stories/story.js';
import { Victim } from '../victim/victim.js';

export interface Cost {
  /** Milliseconds in which the victim works on what comes in, and on the attacker's end. */
  readonly work: number;
  readonly end: number;
  /** Bytes of the heap that the victim keeps while the attacker is there; 0 where unknown. */
  readonly kept: number;
  /** The parts of all messages: each object and primitive value once. */
  readonly parts: number;
  readonly problems: readonly string[];
}

const heap = (): number => {
  const { gc, process } = surroundings;
  if (gc === undefined) return 0;
  gc();
  return (process as { memoryUsage?(): { heapUsed: number } }).memoryUsage?.().heapUsed ?? 0;
};

/** @param weighs Whether `kept` is measured, which takes two collections of garbage. */
export async function cost({ role, steps }: Story, size: number, weighs = false): Promise<Cost> {
  const before = weighs ? heap() : 0;
  const victim = new Victim(role, true);
  let work = 0;
  // Not the time in which the attacker makes and sends its messages.
  const settle = async (): Promise<void> => {
    await victim.quiet(2);
    if (meter.began !== undefined) work += workClock() - meter.began;
    meter.began = undefined;
  };
  const attacker = new Attacker(
    victim.lines,
    size,
    (what) => {
      victim.act(what);
    },
    () => victim.quiet(),
  );
  await settle();
  work = 0;
  for (const step of steps) {
    await attacker.take(step);
    await settle();
  }
  const kept = weighs ? Math.max(0, heap() - before) : 0;
  const start = workClock();
  attacker.leave();
  const problems = await victim.end(true);
  attacker.close();
  const { parts } = attacker;
  return { work, end: workClock() - start, kept, parts, problems };
}

/** Milliseconds that the engine takes to copy what the story sends, without any victim. */
export async function engineCost({ steps }: Story, size: number): Promise<number> {
  const { port1, port2 } = newChannel();
  read(
    port2,
    () => undefined,
    () => undefined,
  );
  const attacker = new Attacker([port1], size, () => undefined, turn);
  const start = workClock();
  for (const step of steps) {
    // All of them go to the one line.
    if (step[0] === 'say') await attacker.take(['say', 0, step[2]]);
    else if (step[0] === 'repeat') await attacker.take(['repeat', 0, step[2], step[3]]);
  }
  await turn();
  await turn();
  const took = workClock() - start;
  attacker.leave();
  port2.close();
  return took;
}
