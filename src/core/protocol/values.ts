/** The application's values on their way into frames and out of them. */
import { cloneError } from './clone-error.js';
import { codeFromWire } from '../errors.js';
import { holdsErrors, isError } from './error-values.js';
import { endedByError, Failure } from '../support/failure.js';
import { ownPortIndexes } from './own-ports.js';
import type { SendOptions } from '../options.js';
import { withErrors } from './pack-errors.js';
import { unpackErrors } from './unpack-errors.js';
import * as frames from './frames.js';

/**
 * Throws `DataClone`, and has sent nothing, if the value cannot be cloned. Parts of an Error that
 * cannot be cloned are left out instead.
 */
export function sendValue(
  stackStartFn: unknown,
  sender: { send(frame: frames.Frame, transfer?: readonly object[]): void },
  tag: frames.ValueFrame[0],
  id: number,
  value: unknown,
  options: SendOptions | undefined,
): void {
  const transfer = options?.transfer;
  try {
    const listed = withoutBuffers(transfer);
    const ports = listed && ownPortIndexes(listed);
    if (holdsErrors(value)) {
      withErrors(value, transfer, (packed, errors) => {
        sender.send(frames.valueFrame(tag, id, packed, listed, errors, ports), transfer);
      });
    } else sender.send(frames.valueFrame(tag, id, value, listed, undefined, ports), transfer);
  } catch (cause) {
    throw cloneError(stackStartFn, cause, value, transfer);
  }
}

/**
 * The transferred objects that a frame lists, so that a server that forwards it can transfer them
 * again. ArrayBuffers are left out: they can be copied, and listing them made Firefox about 10 %
 * slower.
 */
function withoutBuffers(transfer: readonly object[] | undefined): readonly object[] | undefined {
  const listed = transfer?.filter((item) => !(item instanceof ArrayBuffer));
  return listed?.length === 0 ? undefined : listed;
}

/** Throws if the frame's error records are malformed. */
export function valueIn(frame: frames.ValueFrame): unknown {
  return frame[4] === undefined ? frame[2] : unpackErrors(frame[2], frame[4]);
}

/** Why the server has closed; undefined if the frame's error records are malformed. */
export function goAwayFailure([, cause, errors]: frames.GoAway): Failure | undefined {
  if (cause === undefined && errors === undefined) return new Failure('ServerDisappeared');
  try {
    return endedByError(unpackErrors(cause, errors ?? []));
  } catch {
    return undefined;
  }
}

/** What a reply means to the caller: its value, or a Failure. */
export function outcomeOf(frame: frames.ReplyFrame | frames.Err): unknown {
  if (frame[0] === frames.ERR) return new Failure(codeFromWire(frame[2]), frame[3]);
  try {
    const value = valueIn(frame);
    if (frame[0] === frames.REPLY) return value;
    const text = isError(value) ? value.message : value;
    const messageAfter = (what: string): string | undefined =>
      typeof text === 'string' ? `${what}: ${text}` : undefined;
    return frame[0] === frames.FAIL
      ? new Failure('App', messageAfter('the server failed the request'), { appError: value })
      : new Failure('HandlerFailed', messageAfter('the handler threw'), { cause: value });
  } catch {
    return new Failure('Protocol', 'malformed error records');
  }
}
