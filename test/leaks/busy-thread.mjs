// A thread that never returns to its event loop, so that its timers never fire, must not accumulate
// contexts.
import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { queryObjects } from 'node:v8';
import { ReplyContext, channel } from 'ump-ng';
import { introspect } from 'ump-ng/actors';
import { turn } from './utilities.mjs';

const REQUESTS = 10_000;
/** The number of contexts that may be unregistered. */
const MAX_UNREGISTERED = 1000;

const { server, client } = channel();
for (let n = 0; n < REQUESTS; n++) void client.tryReq('x');
while (introspect(server).queued < REQUESTS) await turn();

let timers = 0;
const hook = createHook({ init: (_id, type) => void (type === 'Timeout' && timers++) }).enable();
while (server.tryPop() !== undefined);
hook.disable();
assert(timers <= 1, `${timers} timers wait`);
const held = queryObjects(ReplyContext, { format: 'count' });
assert(held <= MAX_UNREGISTERED, `${held} unreachable contexts are retained`);
server.close();
// The contexts were not dropped: their finalizers have not run yet, and the requests would keep the
// process.
process.exit();
