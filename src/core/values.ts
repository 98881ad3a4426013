/** The user's values on their way into frames and out of them. */
import { dataClone } from './clone-fault.js';
import { codeFromWire } from './errors.js';
import { holdsErrors, isError, withErrors } from './error-values.js';
import { Failure } from './failure.js';
import { givenIn } from './given.js';
import type { SendOptions } from './options.js';
import { unpackErrors } from './unpack-errors.js';
import * as wire from './wire.js';

/**
 * Throws `DataClone`, and has sent nothing, if the value cannot be cloned; of Errors it leaves out
 * what cannot.
 */
export function sendValue(
  entry: unknown,
  to: { send(frame: wire.Frame, transfer?: readonly object[]): void },
  tag: wire.Valued[0],
  id: number,
  given: unknown,
  options: SendOptions | undefined,
): void {
  const transfer = options?.transfer;
  try {
    const moves = named(transfer);
    const ports = moves && givenIn(moves);
    if (holdsErrors(given)) {
      withErrors(given, transfer, (value, errors) => {
        to.send(wire.valued(tag, id, value, moves, errors, ports), transfer);
      });
    } else to.send(wire.valued(tag, id, given, moves, undefined, ports), transfer);
  } catch (cause) {
    throw dataClone(entry, cause, given, transfer);
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
export function valueOf(frame: wire.Message | wire.Reply): unknown {
  return frame[4] === undefined ? frame[2] : unpackErrors(frame[2], frame[4]);
}

/** Why the server is gone; undefined where the errors in it make no sense. */
export function goneOf([, cause, errors]: wire.Gone): Failure | undefined {
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
export function outcomeOf(frame: wire.Reply | wire.Err): unknown {
  if (frame[0] === wire.ERR) return new Failure(codeFromWire(frame[2]), frame[3]);
  try {
    const value = valueOf(frame);
    if (frame[0] === wire.REPLY) return value;
    const told = isError(value) ? value.message : value;
    const says = typeof told === 'string';
    if (frame[0] === wire.FAIL) {
      return new Failure('App', says ? `the server says: ${told}` : undefined, { appError: value });
    }
    const message = says ? `the handler threw: ${told}` : undefined;
    return new Failure('HandlerFailed', message, { cause: value });
  } catch {
    return new Failure('Protocol', 'malformed errors');
  }
}
