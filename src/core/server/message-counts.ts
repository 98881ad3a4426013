import { REQ, type MessageFrame } from '../protocol/frames.js';

/** Counts the messages that are taken from a mailbox, by how their handling ends. */
export class MessageCounts {
  taken = 0;
  /** Messages that were taken, and were not handled or answered successfully. */
  failed = 0;
  /** Requests that were taken and are not finished yet. */
  pendingReplies = 0;

  recordTaken(frame: MessageFrame): void {
    this.taken++;
    if (frame[0] === REQ) this.pendingReplies++;
  }

  /** A post was taken, and its handler failed. */
  recordFailedPost(): void {
    this.failed++;
  }

  /** See ReplyConnection.finish(). */
  recordFinish(succeeded: boolean): void {
    this.pendingReplies--;
    if (!succeeded) this.failed++;
  }
}
