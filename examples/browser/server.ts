/**
 * The server, in a worker of its own. It answers what is quick. What is slow it hands to a helper
 * together with the right to answer it, and goes on; the answer then goes straight to the caller.
 */
import { Client, listen, PostClient, type ReplyContext } from 'ump-ng';
import { steps } from './mandelbrot.js';
import type {
  Answer,
  Event,
  Helping,
  Question,
  TileQuestion,
  ToHelper,
  ToServer,
} from './messages.js';

type Helper = Client<never, ToHelper, undefined>;

interface Heavy {
  question: TileQuestion;
  rctx: ReplyContext<Answer>;
}

/** The first message of the page brings it. */
let events!: PostClient<Event>;
/** For a helper; what has waited longest comes first. */
const waiting = new Set<Heavy>();
/** Of helpers without work: to be told of some. */
let idle: (() => void)[] = [];

for await (const message of listen<ToServer, Question, Answer>()) {
  if (message.type === 'post') {
    const { msg } = message;
    if (msg.type === 'setup') events = PostClient.from(msg.events);
    else void employ(msg.name, Client.from(msg.helper));
    continue;
  }
  const { msg: question, rctx } = message;
  events.post({ type: 'taken', call: question.call, by: 'server' });
  if (question.ask === 'point') {
    rctx.reply({ ask: 'point', steps: steps(question.point, question.limit) });
    events.post({ type: 'answered', call: question.call, by: 'server' });
  } else keep({ question, rctx });
}

/** Gives a helper one piece of work after the other, for as long as it lives. */
async function employ(name: Helping, helper: Helper): Promise<void> {
  for (;;) {
    if (waiting.size === 0) await new Promise<void>((resolve) => idle.push(resolve));
    // Whether a thread still lives is known a little late, and what is sent to a dead one is lost. So it
    // is asked before a context, which there is but once, goes there.
    const ready = await helper.tryReq({ ask: 'ready' });
    if (!ready.ok) return;
    const [heavy] = waiting;
    if (heavy === undefined) continue;
    waiting.delete(heavy);

    const { question, rctx } = heavy;
    const context = rctx.transfer();
    const done = helper.tryReq({ ask: 'job', question, context }, { transfer: [context] });
    events.post({ type: 'handed', call: question.call, by: 'server', to: name });
    // The answer goes from there to the caller, and if the helper dies the caller knows. Here it only
    // matters when the next one can be given.
    if (!(await done).ok) return;
  }
}

/** Until a helper takes it, or nobody wants the answer any more. */
function keep(heavy: Heavy): void {
  waiting.add(heavy);
  for (const wake of idle) wake();
  idle = [];
  heavy.rctx.signal.addEventListener('abort', () => {
    if (!waiting.delete(heavy)) return;
    events.post({ type: 'abandoned', call: heavy.question.call, by: 'server' });
  });
}
