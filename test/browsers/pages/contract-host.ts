/** Runs cases of the contract suite in a page, or in a worker that loads this file. */
import { runCase } from '../../contract/run.js';
import { webRigs } from '../../contract/rigs/web.js';
import { suite } from '../../contract/suite.js';

const rigs = webRigs(location.href);

/** The error of the case, or null. The driver skips cases that the engine cannot run. */
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
