// Runs scenarios with the sources of the package: `npm run simulate -- --seed 7 --scenarios 1`.
import { bundleSimulator } from './bundle.mjs';

await import(await bundleSimulator());
