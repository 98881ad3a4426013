// State libraries around every kind of handle: Vue and Immer put Proxies around what they hold, and
// MobX copies it.
import { equal } from 'node:assert/strict';
import { createDraft, finishDraft, produce } from 'immer';
import { observable } from 'mobx';
import { channel } from 'ump-ng';
import {
  actor,
  callback,
  pool,
  remote,
  remoteObject,
  spawn,
  spawnWorker,
  supervise,
} from 'ump-ng/actors';
import { isProxy, reactive, ref, shallowReadonly } from 'vue';

const calculator = actor({ req: { add: (a, b) => a + b } });
const add = ['add', [1, 2]];

/** Every kind of handle. */
async function handles() {
  const { server, client } = channel();
  const deferred = client.reqDeferred('deferred');
  const { rctx, from } = await server.wait();
  const spawned = spawn(calculator);
  return {
    server,
    client,
    deferred,
    rctx,
    from,
    posting: client.postOnly(),
    weak: client.weak(),
    spawned,
    thread: spawnWorker(new URL('state-worker.mjs', import.meta.url)),
    called: callback((n) => n + 1),
    object: remoteObject({ add: (a, b) => a + b }),
    api: remote(spawned.client),
    supervisor: supervise({ child: { start: () => spawn(calculator) } }),
    workers: pool(() => spawn(calculator), { size: 1 }),
  };
}

/** Uses each, and closes all. */
async function use(state) {
  equal(state.rctx.reply('answer'), true);
  equal(await state.deferred.wait(), 'answer');
  equal(state.from.closed instanceof Promise, true);
  state.posting.post('posted');
  equal((await state.server.wait()).msg, 'posted');
  const question = state.client.req('question');
  (await state.server.wait()).rctx.reply('reply');
  equal(await question, 'reply');
  const upgraded = await state.weak.upgrade();
  equal(await state.spawned.client.req(add), 3);
  equal(await state.thread.client.req(add), 3);
  equal(isProxy(state.thread.worker), false);
  if (state.called !== undefined) equal(await state.called(1), 2);
  equal(await state.object.req.add(1, 2), 3);
  equal(await state.api.req.add(1, 2), 3);
  equal(await state.supervisor.children.child.req(add), 3);
  equal(await state.workers.req(add), 3);
  await state.supervisor.stop();
  await state.workers.stop();
  state.called?.close();
  state.object.close();
  for (const { client } of [state, state.spawned, state.thread, { client: upgraded }]) {
    client.close();
  }
  await state.spawned.done;
  await state.thread.done;
  for (const each of [state.posting, state.weak, state.server]) each.close();
}

const mapped = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

/** MobX wraps functions, which then lack what callback() has beside the call. */
function withoutFunctions({ called, ...all }) {
  called.close();
  return all;
}

const CASES = {
  'Vue, reactive() around an object that holds them': (all) => use(reactive(all)),
  'Vue, a ref() for each': (all) => use(mapped(all, (handle) => ref(handle).value)),
  'Vue, shallowReadonly()': (all) => use(shallowReadonly(all)),
  'MobX, observable() around an object that holds them': (all) =>
    use(observable(withoutFunctions(all))),
  'MobX, observable() of each': (all) =>
    use(mapped(withoutFunctions(all), (handle) => observable(handle))),
  'Immer, in a state that produce() makes': (all) =>
    use(produce({}, (draft) => void (draft.all = all)).all),
  async 'Immer, through a draft'(all) {
    const draft = createDraft({ all });
    await use(draft.all);
    finishDraft(draft);
  },
};

for (const [name, run] of Object.entries(CASES)) {
  await run(await handles()).then(
    () => console.log(`ok ${name}`),
    (error) => console.log(`FAILED ${name}`, error),
  );
}
process.exit();
