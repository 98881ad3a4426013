/**
 * The end of a line where answers are owed: a server's for each client, a holder's for one request.
 */
import { UmpError, type UmpErrorCode } from './errors.js';
import type { Failure } from './failure.js';
import { Line } from './line.js';
import { globals, type WorkingController, type WorkingSignal } from './platform.js';
import * as wire from './wire.js';

export abstract class AnswerLine extends Line {
  /** Requests that are open; with a controller once somebody asked for the signal. */
  readonly #open = new Map<number, WorkingController | undefined>();

  get idle(): boolean {
    return this.owed === 0;
  }

  /** Answers. */
  get owed(): number {
    return this.#open.size;
  }

  /** No answer is owed any more. */
  protected abstract becameIdle(): void;

  /** An answer, or a message, that reached nobody. */
  abstract dropped(frame: wire.Frame): void;

  waits(id: number): boolean {
    return this.#open.has(id);
  }

  open(id: number): void {
    this.#open.set(id, undefined);
  }

  protected override owes(id: number): boolean {
    return this.waits(id);
  }

  /**
   * The request has got its last word, or its caller is gone. `ok`: that word was no error, or is
   * for others to say.
   */
  done(id: number, _ok?: boolean): void {
    this.#open.delete(id);
    if (this.idle) this.becameIdle();
  }

  /** For a request that has got no answer, and never will from here. */
  drop(id: number): void {
    this.refuseOne(id, 'NoReply');
  }

  refuseOne(id: number, code: UmpErrorCode, message?: string): void {
    if (!this.waits(id)) return;
    this.send(message === undefined ? [wire.ERR, id, code] : [wire.ERR, id, code, message]);
    this.done(id);
  }

  signalOf(id: number): WorkingSignal {
    const controller = this.#open.get(id) ?? new globals.AbortController();
    if (this.waits(id)) this.#open.set(id, controller);
    else abort(controller);
    return controller.signal;
  }

  protected cancel(id: number): void {
    const controller = this.#open.get(id);
    this.done(id);
    if (controller !== undefined) abort(controller);
  }

  protected ended(_why: Failure): void {
    for (const id of this.#open.keys()) this.cancel(id);
  }
}

function abort(controller: WorkingController): void {
  controller.abort(new UmpError('OriginDisappeared'));
}
