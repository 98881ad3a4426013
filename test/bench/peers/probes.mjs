// The failures that every library is tested with, and their outcomes as text. Each runs in a
// process of its own. "Does not settle" always means: not in the observed time.
import { growthOfMaps } from './map-growth.mjs';

export const WATCHED = 3000;
const UNSETTLED = Symbol('does not settle');
const CALLS = 100;

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** The outcome of a call, in the observed time. */
export function outcome(call) {
  const settled = Promise.resolve(call).then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  return Promise.race([settled, wait(WATCHED).then(() => UNSETTLED)]);
}

const attempt = async (call) => await call();

const describe = (error) =>
  error instanceof Error
    ? `${error.name}${error.code === undefined ? '' : ` ${error.code}`}: ${error.message.split('\n')[0].trim()}`
    : String(error);

export function tell(result) {
  if (result === UNSETTLED) return 'does not settle';
  return 'error' in result ? `rejects (${describe(result.error)})` : 'fulfils';
}

/** A call that is running in the worker: a later message has been answered. */
async function running({ call }, signal) {
  await call('echo', 0);
  const pending = call('hang', undefined, signal);
  await wait(100);
  return outcome(pending);
}

/** In ump-ng, what a method throws is the `cause` of the error that the call rejects with. */
const thrown = ({ error }) => (error?.code === 'HandlerFailed' ? error.cause : error);

export const probes = {
  async 'the other side ends while it works on a call'({ open }) {
    const peer = open();
    await peer.call('echo', 0);
    const pending = outcome(peer.call('hang'));
    await wait(100);
    await peer.kill();
    return tell(await pending);
  },
  async 'a call made after that'({ open }) {
    const peer = open();
    await peer.call('echo', 0);
    const pending = outcome(peer.call('hang'));
    await wait(100);
    await peer.kill();
    await Promise.race([pending, wait(200)]);
    return tell(await outcome(attempt(() => peer.call('echo', 1))));
  },
  async 'a script that throws while loading'({ open, broken }) {
    const peer = open(broken);
    return tell(await outcome(attempt(() => peer.call('echo', 1))));
  },
  async 'a function as argument, 100 times'({ open }) {
    const peer = open();
    await peer.call('echo', 0);
    let first;
    const left = await growthOfMaps(
      () => peer.call('echo', 0),
      async () => {
        const calls = Array.from({ length: CALLS }, () =>
          outcome(attempt(() => peer.call('echo', { callback() {} }))),
        );
        [first] = await Promise.all(calls);
      },
    );
    const entries = Math.max(left, peer.waiting?.() ?? 0);
    const after = tell(await outcome(attempt(() => peer.call('echo', 1))));
    return `${tell(first)}; ${entries} entries left; the next call ${after}`;
  },
  ...Object.fromEntries(
    ['zero', 'empty string', 'undefined'].map((what) => [
      `the service throws ${{ zero: '0', 'empty string': "''", undefined: 'undefined' }[what]}`,
      async ({ open }) => {
        const result = await outcome(open().call('fail', what));
        if (result === UNSETTLED || !('error' in result)) return tell(result);
        return `rejects with ${show(thrown(result))}`;
      },
    ]),
  ),
  async 'the service throws a RangeError with code, limit and cause'({ open }) {
    const error = thrown(await outcome(open().call('fail', 'error')));
    const kept = {
      class: error instanceof RangeError,
      name: error?.name === 'RangeError',
      message: error?.message === 'too far',
      code: error?.code === 'E_FAR',
      'own fields': error?.limit === 7,
      cause: error?.cause instanceof Error && error.cause.message === 'the reason',
    };
    const lost = Object.keys(kept).filter((key) => !kept[key]);
    return lost.length === 0 ? 'arrives whole' : `loses ${lost.join(', ')}`;
  },
  async 'a call is aborted'({ open, cannotAbort }) {
    if (cannotAbort) return 'has no way to abort';
    const peer = open();
    const before = await peer.call('thread');
    const controller = new AbortController();
    const result = running(peer, controller.signal);
    await wait(300);
    controller.abort();
    const told = tell(await result);
    const after = await outcome(peer.call('thread'));
    const survived = after.value === before ? 'the worker goes on' : 'its worker is ended';
    return `${told}; ${survived}`;
  },
};

const show = (value) =>
  value instanceof Error ? describe(value) : (JSON.stringify(value) ?? 'undefined');
