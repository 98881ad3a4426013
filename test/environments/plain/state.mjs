// State libraries around every kind of handle: Vue and Immer put Proxies around what they hold, and
// MobX copies it.
import { deepEqual, equal } from 'node:assert/strict';
import { createDraft, finishDraft, produce } from 'immer';
import { observable } from 'mobx';
import { channel } from 'ump-ng';
import {
  actor,
  callback,
  pool,
  register,
  remote,
  remoteObject,
  spawn,
  spawnWorker,
  supervise,
} from 'ump-ng/actors';
import * as comlink from 'ump-ng/comlink';
import { isProxy, reactive, ref, shallowReadonly } from 'vue';

const calculator = actor({ req: { add: (a, b) => a + b } });
const add = ['add', [1, 2]];

/** An actor whose results travel by reference. */
const giver = actor({
  req: {
    give: () => ({
      call: callback((n) => n + 1),
      object: remoteObject({ add: (a, b) => a + b }),
      items: (async function* () {
        yield* [1, 2];
      })(),
    }),
    *upTo(last) {
      for (let n = 1; n <= last; n++) yield n;
    },
  },
});
let names = 0;

async function itemsOf(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** Every kind of handle. */
async function handles() {
  const { server, client } = channel();
  const deferred = client.reqDeferred('deferred');
  const { rctx, from } = await server.wait();
  const spawned = spawn(calculator);
  const giving = spawn(giver);
  const given = await remote(giving.client).req.give();
  const { port1, port2 } = new MessageChannel();
  comlink.expose({ add: (a, b) => a + b, deep: { one: 1 } }, port1);
  return {
    wrapped: comlink.wrap(port2),
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
    givenCall: given.call,
    givenObject: given.object,
    givenItems: given.items,
    giving,
    stream: remote(giving.client).stream.upTo(2),
    registration: await register(`name ${++names}`, spawned.client),
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
  if (state.givenCall !== undefined) equal(await state.givenCall(1), 2);
  equal(await state.givenObject.req.add(1, 2), 3);
  deepEqual(await itemsOf(state.givenItems), [1, 2]);
  deepEqual(await itemsOf(state.stream), [1, 2]);
  state.registration.close();
  equal(await state.api.req.add(1, 2), 3);
  if (state.wrapped !== undefined) {
    equal(await state.wrapped.add(1, 2), 3);
    equal(await state.wrapped.deep.one, 1);
  }
  equal(await state.supervisor.children.child.req(add), 3);
  equal(await state.workers.req(add), 3);
  await state.supervisor.stop();
  await state.workers.stop();
  state.called?.close();
  state.givenCall?.close();
  state.givenObject.close();
  state.object.close();
  state.wrapped?.[comlink.releaseProxy]();
  for (const { client } of [
    state,
    state.spawned,
    state.giving,
    state.thread,
    { client: upgraded },
  ]) {
    client.close();
  }
  await state.spawned.done;
  await state.thread.done;
  for (const each of [state.posting, state.weak, state.server]) each.close();
}

const mapped = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

/** MobX wraps functions, which then lack what callback() and wrap() have beside the call. */
function withoutFunctions({ called, givenCall, wrapped, ...all }) {
  called.close();
  givenCall.close();
  wrapped[comlink.releaseProxy]();
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
