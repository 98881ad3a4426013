/**
 * Which code the library runs, as V8 counts it: blocks, and how often each ran, in powers of two.
 * Undefined where there is no inspector.
 */
import { surroundings } from '../platform.js';

interface Coverage {
  /** How many blocks, or counts of them, were new since the last call. */
  news(): number;
}

interface Range {
  readonly startOffset: number;
  readonly count: number;
}
interface Script {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}
interface Session {
  connect(): void;
  post(
    method: string,
    params: object | undefined,
    done: (error: Error | null, result?: { result: readonly Script[] }) => void,
  ): void;
}

export function startCoverage(isOwn: (url: string) => boolean): Coverage | undefined {
  const inspector = surroundings.process?.getBuiltinModule?.('node:inspector') as
    { Session: new () => Session } | undefined;
  if (inspector === undefined) return undefined;
  const session = new inspector.Session();
  session.connect();
  // The answer comes before post() returns.
  const ask = (method: string, params?: object): readonly Script[] => {
    let scripts: readonly Script[] = [];
    session.post(method, params, (error, answer) => {
      if (error !== null) throw error;
      scripts = answer?.result ?? [];
    });
    return scripts;
  };
  ask('Profiler.enable');
  ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const seen = new Set<number>();
  return {
    news: () => {
      const before = seen.size;
      for (const { url, functions } of ask('Profiler.takePreciseCoverage')) {
        if (!isOwn(url)) continue;
        for (const { ranges } of functions) {
          for (const { startOffset, count } of ranges) {
            if (count > 0) seen.add(64 * startOffset + Math.min(63, Math.ceil(Math.log2(count))));
          }
        }
      }
      return seen.size - before;
    },
  };
}
