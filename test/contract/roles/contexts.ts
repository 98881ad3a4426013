/** Whoever is handed a ReplyContext. */
import { isUmpError, ReplyContext } from 'ump-ng';
import type { There } from '../roles.js';
import { makeSample } from '../samples.js';
import { dispose } from '../tools.js';

export type ContextOrder =
  | ['reply', value: unknown]
  | ['fail', sample: string]
  /** Replies the buffer, moved. */
  | ['buffer', buffer: ArrayBuffer]
  | ['drop']
  /** Says the code of the reason when the signal fires. */
  | ['signal']
  /** Says the port of the context. */
  | ['hand on'];

/** Takes the context up, says so, and does with it what it is told, saying how it went. */
export async function hold(there: There<undefined>): Promise<void> {
  const rctx = ReplyContext.from<unknown, unknown>(there.ports[0]!);
  there.say('here');
  for (;;) {
    const order = (await there.told()) as ContextOrder;
    try {
      carryOut(order, rctx, there);
    } catch (error) {
      there.say(isUmpError(error) ? error.code : String(error));
    }
  }
}

function carryOut(
  order: ContextOrder,
  rctx: ReplyContext<unknown, unknown>,
  there: There<undefined>,
): void {
  switch (order[0]) {
    case 'reply':
      there.say(rctx.reply(order[1]));
      break;
    case 'fail':
      there.say(rctx.fail(makeSample(order[1])));
      break;
    case 'buffer':
      there.say(rctx.reply(order[1], { transfer: [order[1]] }));
      break;
    case 'drop':
      rctx[dispose]();
      there.say(true);
      break;
    case 'hand on': {
      const port = rctx.transfer();
      there.say(port, [port]);
      break;
    }
    case 'signal': {
      const { signal } = rctx;
      const tell = (): void => {
        there.say(isUmpError(signal.reason) ? signal.reason.code : String(signal.reason));
      };
      if (signal.aborted) tell();
      else signal.addEventListener('abort', tell);
    }
  }
}
