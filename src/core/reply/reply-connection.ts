/**
 * The end of a line where answers are owed: a server's for each client, a holder's for one request.
 */
import { UmpError, type UmpErrorCode } from '../errors.js';
import type { Failure } from '../support/failure.js';
import { Connection } from '../transport/connection.js';
import { globals, type WorkingController, type WorkingSignal } from '../support/platform.js';
import * as frames from '../protocol/frames.js';

export abstract class ReplyConnection extends Connection {
  /** Requests that are open; with a controller once somebody asked for the signal. */
  readonly #pending = new Map<number, WorkingController | undefined>();

  get isIdle(): boolean {
    return this.pendingReplies === 0;
  }

  /** Answers. */
  get pendingReplies(): number {
    return this.#pending.size;
  }

  /** No answer is owed any more. */
  protected abstract onIdle(): void;

  /** An answer, or a message, that reached nobody. */
  abstract undelivered(frame: frames.Frame): void;

  isPending(id: number): boolean {
    return this.#pending.has(id);
  }

  begin(id: number): void {
    this.#pending.set(id, undefined);
  }

  protected override owesReply(id: number): boolean {
    return this.isPending(id);
  }

  /**
   * The request has got its last word, or its caller is gone. `ok`: that word was no error, or is
   * for others to say.
   */
  finish(id: number, _ok?: boolean): void {
    this.#pending.delete(id);
    if (this.isIdle) this.onIdle();
  }

  /** For a request that has got no answer, and never will from here. */
  rejectNoReply(id: number): void {
    this.reject(id, 'NoReply');
  }

  reject(id: number, code: UmpErrorCode, message?: string): void {
    if (!this.isPending(id)) return;
    this.send(message === undefined ? [frames.ERR, id, code] : [frames.ERR, id, code, message]);
    this.finish(id);
  }

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
    for (const id of this.#pending.keys()) this.cancel(id);
  }
}

function abort(controller: WorkingController): void {
  controller.abort(new UmpError('OriginDisappeared'));
}
