/** A theme is a named list of cases; a case is a sentence and the function that verifies it. */
import type { Capability, Rig } from './rig.js';

export interface Case {
  readonly theme: string;
  readonly sentence: string;
  readonly needs: readonly Capability[];
  run(rig: Rig): Promise<void>;
}

type Run = (rig: Rig) => Promise<void>;

export interface Check {
  (sentence: string, run: Run): void;
  (sentence: string, needs: readonly Capability[], run: Run): void;
}

export function theme(name: string, define: (check: Check) => void): readonly Case[] {
  const cases: Case[] = [];
  define((sentence: string, ...rest: [Run] | [readonly Capability[], Run]) => {
    const [needs, run] = rest.length === 1 ? [[], rest[0]] : rest;
    cases.push({ theme: name, sentence, needs, run });
  });
  return cases;
}
