// `npm run fuzz`: bundles the fuzzer with the sources of the package, and runs it.
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { breaking } from './breakages.mjs';
import { bundle } from './bundle.mjs';

// run.ts parses the other options.
const { values } = parseArgs({ options: { break: { type: 'string' } }, strict: false });
const plugins = values.break === undefined ? [] : [breaking(values.break)];
const folder = values.break === undefined ? 'build/fuzz' : 'build/fuzz/broken';
await bundle('worker', plugins, folder);
await import(pathToFileURL(await bundle('run', plugins, folder)));
