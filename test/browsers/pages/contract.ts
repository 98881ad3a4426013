/** The contract suite in a page: each case is run when the driver asks for it. */
import { runCase } from '../../contract/run.js';
import { webRigs } from '../../contract/rigs/web.js';
import { suite } from '../../contract/suite.js';

const rigs = webRigs(location.href);

/** What went wrong, or null. What the engine cannot do is not asked for. */
async function run(rigName: string, at: number): Promise<string | null> {
  try {
    await runCase(suite[at]!, rigs.get(rigName)!());
    return null;
  } catch (error) {
    return error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
  }
}

/** What the driver finds here. */
Object.assign(globalThis, {
  contract: {
    run,
    rigs: () => [...rigs.keys()],
    list: () => suite.map(({ theme, sentence }) => `${theme}: ${sentence}`),
  },
});
