/**
 * Calls whose method reports progress: the caller's sink receives it, as it receives the items of a
 * stream, and the actor closes the sink before it replies.
 */
import type { ReqOptions } from '../../core/internal.js';
import { valueAtEnd } from './pump.js';
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
): Promise<unknown> {
  const events = callWithSink(requester, [name, args], 'progress', undefined, options);
  for (;;) {
    const { done, value } = await events.next();
    if (done === true) {
      const end = valueAtEnd(value);
      return end === undefined ? value : end.value;
    }
    if (options.signal?.aborted === true) continue;
    try {
      onProgress(value);
    } catch (error) {
      await events.return(undefined);
      throw error;
    }
  }
}
