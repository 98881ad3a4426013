import { REQ, type MessageFrame } from '../protocol/frames.js';

/** Counts the messages that are taken from a mailbox, by how their handling ends. */
export class MessageCounts {
  #taken = 0;
  #failed = 0;
  #pendingReplies = 0;

  get taken(): number {
    return this.#taken;
  }

  /** Messages that were taken, and were not handled or answered successfully. */
  get failed(): number {
    return this.#failed;
  }

  /** Requests that were taken and are not finished yet. */
  get pendingReplies(): number {
    return this.#pendingReplies;
  }

  recordTaken(frame: MessageFrame): void {
    this.#taken++;
    if (frame[0] === REQ) this.#pendingReplies++;
  }

  /** See ReplyConnection.finish(). */
  recordFinish(succeeded: boolean): void {
    this.#pendingReplies--;
    if (!succeeded) this.#failed++;
  }

  /** The handler of a post has failed. */
  recordFailure(): void {
    this.#failed++;
  }
}
