import { ReplyConnection } from './reply-connection.js';
import { openTransport } from '../transport/driver.js';
import type { WorkingPort } from '../support/platform.js';
import * as frames from '../protocol/frames.js';

/** The holder's end of a moved ReplyContext: one request, as id 0, on a port of its own. */
export class MovedReply extends ReplyConnection {
  constructor(port: WorkingPort) {
    super(openTransport(port), frames.HOLDER);
    this.begin(0);
    this.start();
  }

  /** All that it may be sent is CANCEL. */
  protected handle(): void {
    this.cancel(0);
  }

  protected onIdle(): void {
    this.send([frames.BYE]);
    this.close();
  }

  undelivered(): void {
    // No hook came along to this thread.
  }
}
