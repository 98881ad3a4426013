/** Plays one story against a victim. */
import { Attacker } from './attacker.js';
import type { Port } from './platform.js';
import type { Story } from './stories/story.js';
import { Victim } from './victim/victim.js';

export interface Played {
  /** What is wrong, in words; nothing if all is well. */
  readonly problems: readonly string[];
  readonly messages: number;
}

/** A victim in this thread or in another one. */
export interface AnyVictim {
  readonly lines: readonly Port[];
  act(what: number): void;
  quiet(): Promise<void>;
  check(): Promise<string[]>;
  end(mayWait?: boolean): Promise<string[]>;
}

export type Player = (story: Story) => Promise<Played>;

/** Plays stories against victims that `create` makes. */
export const playerOf =
  (create: (role: string) => AnyVictim | Promise<AnyVictim>): Player =>
  async ({ role, steps }) => {
    const victim = await create(role);
    const act = (what: number): void => {
      victim.act(what);
    };
    const attacker = new Attacker(victim.lines, 1, act, () => victim.quiet());
    for (const step of steps) await attacker.take(step);
    await victim.quiet();
    const problems = await victim.check();
    attacker.leave();
    problems.push(...(await victim.end(attacker.hasMovedLines)));
    attacker.close();
    return { problems: [...new Set(problems)], messages: attacker.sent };
  };

export const play = playerOf((role) => new Victim(role));
