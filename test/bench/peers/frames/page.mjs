// Tries one thing on one library, with a frame of another origin.
import { outcome, probes, tell, wait } from '../probes.mjs';
import { peers } from './peers.mjs';

// The same server by another name.
const origin = location.origin.replace('127.0.0.1', 'localhost');

function opener(peer) {
  return (page = 'frame') => {
    const frame = document.createElement('iframe');
    const hash = [peer, location.origin].map(encodeURIComponent).join('/');
    frame.src = `${origin}/${page}.html#${hash}`;
    document.body.append(frame);
    const call = peers[peer].open(frame, origin);
    const reload = async () => {
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      frame.src = frame.src.replace('#', '?again#');
      await loaded;
    };
    return { call, kill: async () => frame.remove(), reload };
  };
}

/** A call that the frame works on when it is reloaded, and what serves there then. */
async function reloaded(open) {
  const peer = open();
  await peer.call('echo', 0);
  const pending = outcome(peer.call('hang'));
  await wait(100);
  await peer.reload();
  return { peer, pending };
}

const ofFrames = {
  async 'the frame is reloaded while it works on a call'({ open }) {
    const { pending } = await reloaded(open);
    return tell(await pending);
  },
  async 'a call made after that, to the new page'({ open }) {
    const { peer, pending } = await reloaded(open);
    await Promise.race([pending, wait(200)]);
    return tell(await outcome(peer.call('echo', 1)));
  },
};

const all = { ...probes, ...ofFrames };

globalThis.names = Object.keys(all);
globalThis.observe = (peer, probe) =>
  all[probe]({ ...peers[peer], open: opener(peer), broken: 'broken' });
