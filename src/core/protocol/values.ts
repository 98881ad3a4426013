/** The user's values on their way into frames and out of them. */
import { cloneError } from './clone-error.js';
import { codeFromWire } from '../errors.js';
import { holdsErrors, isError, withErrors } from './error-values.js';
import { Failure } from '../support/failure.js';
import { ownPortIndexes } from './own-ports.js';
import type { SendOptions } from '../options.js';
import { unpackErrors } from './unpack-errors.js';
import * as frames from './frames.js';

/**
 * Throws `DataClone`, and has sent nothing, if the value cannot be cloned; of Errors it leaves out
 * what cannot.
 */
export function sendValue(
  stackStartFn: unknown,
  to: { send(frame: frames.Frame, transfer?: readonly object[]): void },
  tag: frames.ValueFrame[0],
  id: number,
  given: unknown,
  options: SendOptions | undefined,
): void {
  const transfer = options?.transfer;
  try {
    const moves = named(transfer);
    const ports = moves && ownPortIndexes(moves);
    if (holdsErrors(given)) {
      withErrors(given, transfer, (value, errors) => {
        to.send(frames.valueFrame(tag, id, value, moves, errors, ports), transfer);
      });
    } else to.send(frames.valueFrame(tag, id, given, moves, undefined, ports), transfer);
  } catch (cause) {
    throw cloneError(stackStartFn, cause, given, transfer);
  }
}

/**
 * What cannot be copied if the message is passed on. To name a buffer a second time cost Firefox a
 * tenth of its way.
 */
function named(transfer: readonly object[] | undefined): readonly object[] | undefined {
  const others = transfer?.filter((item) => !(item instanceof ArrayBuffer));
  return others?.length === 0 ? undefined : others;
}

/** Throws where the errors in it make no sense. */
export function valueOf(frame: frames.MessageFrame | frames.ReplyFrame): unknown {
  return frame[4] === undefined ? frame[2] : unpackErrors(frame[2], frame[4]);
}

/** Why the server is gone; undefined where the errors in it make no sense. */
export function goneOf([, cause, errors]: frames.GoAway): Failure | undefined {
  if (cause === undefined && errors === undefined) return new Failure('ServerDisappeared');
  try {
    const error = errors === undefined ? cause : unpackErrors(cause, errors);
    return new Failure('ServerDisappeared', 'an error ended the server: see cause', {
      cause: error,
    });
  } catch {
    return undefined;
  }
}

/** What an answer means to the caller: the reply's value, or a Failure. */
export function outcomeOf(frame: frames.ReplyFrame | frames.Err): unknown {
  if (frame[0] === frames.ERR) return new Failure(codeFromWire(frame[2]), frame[3]);
  try {
    const value = valueOf(frame);
    if (frame[0] === frames.REPLY) return value;
    const told = isError(value) ? value.message : value;
    const says = typeof told === 'string';
    if (frame[0] === frames.FAIL) {
      return new Failure('App', says ? `the server says: ${told}` : undefined, { appError: value });
    }
    const message = says ? `the handler threw: ${told}` : undefined;
    return new Failure('HandlerFailed', message, { cause: value });
  } catch {
    return new Failure('Protocol', 'malformed error records');
  }
}
