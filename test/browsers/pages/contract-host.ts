/** Runs cases of the contract suite, in a page or, loaded as a worker, in there. */
import { runCase } from '../../contract/run.js';
import { webRigs } from '../../contract/rigs/web.js';
import { suite } from '../../contract/suite.js';

const rigs = webRigs(location.href);

/** What went wrong, or null. What the engine cannot do is not asked for. */
export async function runIn(rigName: string, at: number): Promise<string | null> {
  try {
    await runCase(suite[at]!, rigs.get(rigName)!());
    return null;
  } catch (error) {
    return error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
  }
}

if (typeof document === 'undefined') {
  addEventListener('message', ({ data, ports: [port] }: MessageEvent<[string, number]>) => {
    void runIn(...data).then((wrong) => port!.postMessage(wrong));
  });
}
