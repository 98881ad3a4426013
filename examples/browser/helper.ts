/**
 * A helper, in a worker of its own: it answers in place of the server, even if the server has
 * ended.
 */
import { listen, PostClient, ReplyContext } from 'ump-ng';
import { render } from './mandelbrot.js';
import type { Answer, Event, Name, Setup, TileQuestion, ToHelper } from './messages.js';

/** Comes with the first message of the page. */
let events!: PostClient<Event>;
let by!: Name;
let work = Promise.resolve();

for await (const message of listen<Setup, ToHelper, undefined>()) {
  if (message.type === 'post') {
    by = message.msg.name;
    events = PostClient.from(message.msg.events);
    continue;
  }
  const { msg, rctx: done } = message;
  if (msg.ask === 'job') {
    const { question } = msg;
    // Taken over at once, and not when its work begins: if this thread dies with an unused context
    // port, the caller may not notice; from now on it does.
    const rctx = ReplyContext.from<Answer>(msg.context);
    work = work.then(() => answer(question, rctx));
  }
  void work.then(() => done.reply(undefined));
}

async function answer({ call, tile }: TileQuestion, rctx: ReplyContext<Answer>): Promise<void> {
  events.post({ type: 'taken', call, by });
  const pixels = await render(tile, rctx.signal);
  if (pixels === undefined) events.post({ type: 'abandoned', call, by });
  else {
    rctx.reply({ ask: 'tile', pixels }, { transfer: [pixels.buffer] });
    events.post({ type: 'answered', call, by });
  }
}
