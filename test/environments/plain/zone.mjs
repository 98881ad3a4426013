import 'zone.js/node';
import { runChecks } from '../app/run-checks.mjs';

await Zone.current.fork({ name: 'checks' }).run(() => runChecks());
