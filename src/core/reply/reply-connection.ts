/**
 * One end of a connection on which replies are owed: a server's end for each of its clients, or the
 * end of the thread that holds a moved reply context.
 */
import { UmpError, type UmpErrorCode } from '../errors.js';
import type { OnDropped } from '../options.js';
import { eachInBatches } from '../support/batches.js';
import type { Failure } from '../support/failure.js';
import { globals, type WorkingController, type WorkingSignal } from '../support/platform.js';
import { Connection } from '../transport/connection.js';
import { reportUndelivered } from '../transport/undelivered.js';
import * as frames from '../protocol/frames.js';

export abstract class ReplyConnection extends Connection {
  /** Requests without a reply by id, each with a controller once its signal was asked for. */
  readonly #pending = new Map<number, WorkingController | undefined>();

  /** How many replies are owed. */
  get pendingReplies(): number {
    return this.#pending.size;
  }

  /** Runs when the last reply that was owed is finished. */
  protected abstract onDrained(): void;

  protected abstract readonly onDropped: OnDropped | undefined;

  /** Reports a reply, or a message, that nothing will receive. */
  undelivered(frame: frames.Frame): void {
    reportUndelivered(this.onDropped, frame);
  }

  isPending(id: number): boolean {
    return this.#pending.has(id);
  }

  /** From now on a reply to this request is owed. */
  begin(id: number): void {
    this.#pending.set(id, undefined);
  }

  protected override onlyCodeHereAnswers(id: number): boolean {
    return this.isPending(id);
  }

  /**
   * The request is finished here: it was answered, its context was moved, or its caller is gone.
   * `succeeded`: it was answered without an error, or moved.
   */
  finish(id: number, _succeeded?: boolean): void {
    this.#pending.delete(id);
    if (this.pendingReplies === 0) this.onDrained();
  }

  /** Ends a request that will never be answered from here. */
  reject(id: number, code: UmpErrorCode, message?: string): void {
    if (!this.isPending(id)) return;
    this.send(message === undefined ? [frames.ERR, id, code] : [frames.ERR, id, code, message]);
    this.finish(id);
  }

  /** Aborts when the caller cancels the request or is gone. */
  signalOf(id: number): WorkingSignal {
    const controller = this.#pending.get(id) ?? new globals.AbortController();
    if (this.isPending(id)) this.#pending.set(id, controller);
    else abort(controller);
    return controller.signal;
  }

  protected cancel(id: number): void {
    const controller = this.#pending.get(id);
    this.finish(id);
    if (controller !== undefined) abort(controller);
  }

  protected onEnd(_why: Failure): void {
    const controllers = [...this.#pending.values()].filter((each) => each !== undefined);
    for (const id of this.#pending.keys()) this.finish(id);
    eachInBatches(controllers, abort);
  }
}

function abort(controller: WorkingController): void {
  controller.abort(new UmpError('OriginDisappeared'));
}
