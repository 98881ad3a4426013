/** The contract suite in a page: each case is run when the driver asks for it. */
import { runIn } from './contract-host.js';

let host: Worker | undefined;

/** The same in a worker, whose own workers are nested. */
function runNested(rigName: string, at: number): Promise<string | null> {
  const worker = (host ??= new Worker('/contract-host.js', { type: 'module' }));
  const { port1, port2 } = new MessageChannel();
  worker.postMessage([rigName, at], [port2]);
  return new Promise((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<string | null>) => {
      port1.close();
      resolve(data);
    };
  });
}

/** The functions that the driver calls. */
Object.assign(globalThis, { contract: { run: runIn, runNested } });
