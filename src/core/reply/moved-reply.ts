import { ReplyConnection } from './reply-connection.js';
import type { Transport } from '../transport/transport.js';
import * as frames from '../protocol/frames.js';

/**
 * The connection behind a ReplyContext that was moved to this thread. It has a port of its own and
 * carries one request, with id 0.
 */
export class MovedReply extends ReplyConnection {
  constructor(transport: Transport) {
    super(transport, frames.REPLIER);
    this.begin(0);
  }

  /** The only frame that is valid for this role is CANCEL. */
  protected handle(): void {
    this.cancel(0);
  }

  protected onDrained(): void {
    this.send([frames.BYE]);
    this.close();
  }

  /** The `onDropped` hook of the server stays in its thread. */
  protected readonly onDropped = undefined;
}
