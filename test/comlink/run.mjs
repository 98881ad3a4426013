// Runs one file of Comlink's tests in Node: `node run.mjs FILE`. Prints the result as JSON.
import { pathToFileURL } from 'node:url';

globalThis.self = globalThis;
globalThis.navigator ??= { userAgent: 'Node' };
const { run } = await import('./mocha.mjs');
await import(pathToFileURL(process.argv[2]));
console.log(JSON.stringify(await run([])));
process.exit();
