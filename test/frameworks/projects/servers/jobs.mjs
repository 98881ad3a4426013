import { isUmpError } from 'ump-ng';
import { pool, remote } from 'ump-ng/actors';

export const workers = pool(new URL('./worker.mjs', import.meta.url), {
  size: 2,
  queue: 100, // one more call that would have to wait is refused
  shutdown: 10_000, // stop() gives calls as long
});
export const jobs = remote(workers);

/** The status of the response to a request whose job has failed. */
export function statusOf(error) {
  if (!isUmpError(error)) return error.statusCode ?? 500;
  switch (error.code) {
    case 'HandlerFailed': // the job threw
      return error.cause instanceof RangeError ? 400 : 500;
    case 'MailboxFull': // the queue is full
    case 'ServerDisappeared': // the worker died, or the pool was stopped
      return 503;
    case 'Timeout':
      return 504;
    default:
      return 500;
  }
}
