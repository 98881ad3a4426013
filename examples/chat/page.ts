/**
 * A tab: joins the registry group of the room's SharedWorker, registers a name, and joins the room.
 */
import { connect, isUmpError } from 'ump-ng';
import { joinRegistry, register, remote, spawn } from 'ump-ng/actors';
import type { Room } from './room.js';
import { tab } from './tab.js';
import { place } from './view/dom.js';
import { enter, onJoin, refuse } from './view/door.js';
import { showLine } from './view/lines.js';
import { onSay } from './view/say.js';
import { whisper } from './whisper.js';

// One SharedWorker for each name of a room.
const name = new URLSearchParams(location.search).get('room') ?? '';
const worker = new SharedWorker('room.js', { type: 'module', name });
const client = connect(worker);
const room = remote<Room>(client);
void client.closed.then(() => (place('gone').hidden = false));

// Before the registry is used here: otherwise this tab would create a registry of its own.
const family = room.req.registry().then(joinRegistry);
const { client: self } = spawn(tab);

onJoin(async (me) => {
  await family;
  try {
    await register(me, self);
  } catch (error) {
    if (!isUmpError(error, 'App')) throw error;
    refuse(`The name ${me} is taken. Please choose another one.`);
    return;
  }
  const first = await room.req.join(me);
  enter(me);
  onSay({
    say: (text) => room.req.say(me, text),
    whisper: (to, text) => whisper(me, to, text),
  });
  for await (const line of room.stream.history(first)) showLine(line);
});
