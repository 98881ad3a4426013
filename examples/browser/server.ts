/**
 * The server, in a worker of its own. It answers quick requests. It moves slow ones to a helper,
 * together with the right to answer; the helper then replies directly to the caller.
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

/** Comes with the first message of the page. */
let events!: PostClient<Event>;
/** The requests for helpers, oldest first. */
const waiting = new Set<Heavy>();
/** Resolves the waits of idle helpers. */
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

/** Sends a helper one request after another, as long as the helper lives. */
async function employ(name: Helping, helper: Helper): Promise<void> {
  for (;;) {
    if (waiting.size === 0) await new Promise<void>((resolve) => idle.push(resolve));
    // The death of a thread is noticed with a delay, and messages to a dead one are lost. So the
    // helper must reply before a context, which exists only once, is sent there.
    const ready = await helper.tryReq({ ask: 'ready' });
    if (!ready.ok) return;
    const [heavy] = waiting;
    if (heavy === undefined) continue;
    waiting.delete(heavy);

    const { question, rctx } = heavy;
    const context = rctx.transfer();
    const done = helper.tryReq({ ask: 'job', question, context }, { transfer: [context] });
    events.post({ type: 'handed', call: question.call, by: 'server', to: name });
    // The reply goes from there to the caller, and the caller notices if the helper dies. This loop
    // only waits until the helper is idle again.
    if (!(await done).ok) return;
  }
}

/** Waits until a helper takes the request, or the caller cancels it. */
function keep(heavy: Heavy): void {
  waiting.add(heavy);
  for (const wake of idle) wake();
  idle = [];
  heavy.rctx.signal.addEventListener('abort', () => {
    if (!waiting.delete(heavy)) return;
    events.post({ type: 'abandoned', call: heavy.question.call, by: 'server' });
  });
}
