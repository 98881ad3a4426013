/**
 * The server, in a worker of its own. It answers what is quick. What is slow it hands to a helper
 * together with the right to answer it, and goes on; the answer then goes straight to the caller.
 */
import { Client, listen, PostClient, type ReplyContext } from 'ump-ng';
import { steps } from './mandelbrot.js';
import type { Answer, Event, Helping, Job, Question, TileQuestion, ToServer } from './messages.js';

interface Helper {
  name: Helping;
  client: Client<never, Job, undefined>;
}

interface Waiting {
  question: TileQuestion;
  rctx: ReplyContext<Answer>;
}

/** The first message of the page brings it. */
let events!: PostClient<Event>;
const idle = new Set<Helper>();
const waiting = new Set<Waiting>();

for await (const message of listen<ToServer, Question, Answer>()) {
  if (message.type === 'post') {
    if (message.msg.type === 'setup') events = PostClient.from(message.msg.events);
    else welcome({ name: message.msg.name, client: Client.from(message.msg.helper) });
    continue;
  }
  const { msg: question, rctx } = message;
  events.post({ type: 'taken', call: question.call, by: 'server' });
  if (question.ask === 'point') {
    rctx.reply({ ask: 'point', steps: steps(question.point, question.limit) });
    events.post({ type: 'answered', call: question.call, by: 'server' });
  } else {
    keep({ question, rctx });
    handOn();
  }
}

/** To whoever has nothing to do: what has waited longest. */
function handOn(): void {
  for (const helper of idle) {
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    idle.delete(helper);
    void give(helper, next);
  }
}

async function give(helper: Helper, { question, rctx }: Waiting): Promise<void> {
  const context = rctx.transfer();
  const done = helper.client.tryReq({ question, context }, { transfer: [context] });
  events.post({ type: 'handed', call: question.call, by: 'server', to: helper.name });
  // If the helper has died, its caller knows already. Here it is just not given anything more.
  if ((await done).ok) welcome(helper);
}

function welcome(helper: Helper): void {
  idle.add(helper);
  void helper.client.closed.then(() => idle.delete(helper));
  handOn();
}

/** Until a helper is idle, or nobody wants the answer any more. */
function keep(request: Waiting): void {
  waiting.add(request);
  request.rctx.signal.addEventListener('abort', () => {
    if (!waiting.delete(request)) return;
    events.post({ type: 'abandoned', call: request.question.call, by: 'server' });
  });
}
