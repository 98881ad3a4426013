/**
 * Calls whose method reports progress: the caller's sink receives it, as it receives the items of a
 * stream, and the actor closes the sink before it replies.
 */
import type { ReqOptions } from '../../core/internal.js';
import { closeReceived } from './by-reference.js';
import { endIn } from './pump.js';
import { callWithSink, type CallRequester } from './stream.js';

/**
 * Fulfils with the reply after `onProgress` was called with all progress, but not after `signal`
 * has aborted. If `onProgress` throws, the call is given up and rejects with that error.
 */
export async function callWithProgress(
  requester: CallRequester,
  name: string,
  args: readonly unknown[],
  onProgress: (value: unknown) => void,
  options: ReqOptions,
  receive: (value: unknown) => unknown,
): Promise<unknown> {
  const isAborted = (): boolean => options.signal?.aborted === true;
  const received = (value: unknown): unknown => {
    if (!isAborted()) return receive(value);
    closeReceived(value);
    return undefined;
  };
  const events = callWithSink(requester, [name, args], 'progress', undefined, options, received);
  for (;;) {
    const { done, value } = await events.next();
    if (done === true) {
      const end = endIn(value);
      return receive(end === undefined ? value : end.value);
    }
    if (isAborted()) continue;
    try {
      onProgress(value);
    } catch (error) {
      await events.return(undefined);
      throw error;
    }
  }
}
