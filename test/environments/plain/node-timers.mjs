import { mock } from 'node:test';
import { runChecks } from '../app/run-checks.mjs';

mock.timers.enable();
await runChecks((ms) => mock.timers.tick(ms));
