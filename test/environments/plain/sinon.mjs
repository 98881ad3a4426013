import sinon from 'sinon';
import { runChecks } from '../app/run-checks.mjs';

const toFake = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'nextTick',
  'queueMicrotask',
  'performance',
  'Date',
];
const clock = sinon.useFakeTimers({ toFake });
await runChecks((ms) => clock.tick(ms));
