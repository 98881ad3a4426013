/** Threads that take over a moved ReplyContext. */
import { isUmpError, ReplyContext } from 'ump-ng';
import { withLane } from '../lane-of-rig.js';
import type { RoleEnv } from '../roles.js';
import { makeSample } from '../error-samples.js';
import { dispose } from '../utilities.js';

export type ContextCommand =
  | ['reply', value: unknown]
  | ['fail', sample: string]
  /** Replies the buffer, transferred. */
  | ['buffer', buffer: ArrayBuffer]
  | ['drop']
  /** Sends the code of the reason when the signal fires. */
  | ['signal']
  /** Sends the port of the context. */
  | ['hand on'];

/** Takes the context over, sends 'here', then carries out commands and sends the result of each. */
export async function holdContext(env: RoleEnv<undefined>): Promise<void> {
  const rctx = ReplyContext.from<unknown, unknown>(env.ports[0]!, withLane());
  env.send('here');
  for (;;) {
    const command = (await env.receive()) as ContextCommand;
    try {
      carryOut(command, rctx, env);
    } catch (error) {
      env.send(isUmpError(error) ? error.code : String(error));
    }
  }
}

function carryOut(
  command: ContextCommand,
  rctx: ReplyContext<unknown, unknown>,
  env: RoleEnv<undefined>,
): void {
  switch (command[0]) {
    case 'reply':
      env.send(rctx.reply(command[1]));
      break;
    case 'fail':
      env.send(rctx.fail(makeSample(command[1])));
      break;
    case 'buffer':
      env.send(rctx.reply(command[1], { transfer: [command[1]] }));
      break;
    case 'drop':
      rctx[dispose]();
      env.send(true);
      break;
    case 'hand on': {
      const port = rctx.transfer();
      env.send(port, [port]);
      break;
    }
    case 'signal': {
      const { signal } = rctx;
      const report = (): void => {
        env.send(isUmpError(signal.reason) ? signal.reason.code : String(signal.reason));
      };
      if (signal.aborted) report();
      else signal.addEventListener('abort', report);
    }
  }
}
