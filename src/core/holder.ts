import { AnswerLine } from './answers.js';
import { linkOver } from './link.js';
import type { WorkingPort } from './platform.js';
import * as wire from './wire.js';

/** The holder's end of a moved ReplyContext: one request, as id 0, on a port of its own. */
export class Holder extends AnswerLine {
  constructor(port: WorkingPort) {
    super(linkOver(port), wire.HOLDER);
    this.open(0);
    this.start();
  }

  /** All that it may be sent is CANCEL. */
  protected act(): void {
    this.cancel(0);
  }

  protected becameIdle(): void {
    this.send([wire.BYE]);
    this.close();
  }

  dropped(): void {
    // No hook came along to this thread.
  }
}
