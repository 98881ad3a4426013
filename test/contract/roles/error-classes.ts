/** A thread that registers classes of Errors, which stay registered for as long as it lives. */
import { channel, listen, registerErrorClass } from 'ump-ng';
import { umpError } from '../assertions.js';
import { withLanes } from '../lane-of-rig.js';
import type { RoleEnv } from '../roles.js';

class HttpError extends Error {
  static made = 0;
  override readonly name = 'HttpError';
  readonly status: number;

  constructor(status: number, cause?: unknown) {
    super(`status ${status}`, { cause });
    HttpError.made++;
    this.status = status;
  }

  get isFinal(): boolean {
    return this.status < 500;
  }
}
class NotFound extends HttpError {}
/** A minifier may give two classes one name. */
const OtherHttpError = { HttpError: class HttpError extends Error {} }.HttpError;

/** What remains of an Error: its class, status and method. */
const seen = (value: unknown): unknown =>
  value instanceof HttpError
    ? [value.status, value.isFinal, value.name, value.message, typeof value.stack]
    : String(value);

function refusal(call: () => void): string {
  try {
    call();
    return 'it was accepted';
  } catch (error) {
    return umpError(error, 'InvalidArgument').code;
  }
}

/**
 * Sends Errors of registered classes within this thread, and then what arrived. After that it
 * replies one of them to a request from outside.
 */
export async function registerErrors(env: RoleEnv<undefined>): Promise<void> {
  registerErrorClass(HttpError, 'HttpError');
  registerErrorClass(HttpError, 'HttpError');
  const refused = [undefined, {}, Date, () => undefined].map((none) =>
    refusal(() => registerErrorClass(none as never)),
  );
  refused.push(refusal(() => registerErrorClass(OtherHttpError, 'HttpError')));
  refused.push(refusal(() => registerErrorClass(class extends Error {}, '')));
  refused.push(refusal(() => registerErrorClass(NotFound, 5 as never)));

  const { client, server } = channel<unknown, unknown, unknown, unknown>();
  const error = new HttpError(404, new HttpError(500));
  const made = HttpError.made;
  const deep = { a: [{ b: new Map([['key', new Set([error])]]) }], direct: error };
  client.post(error);
  client.post(deep);
  client.post({ plain: [{ of: 'any' }] });
  const [top, within, plain] = [await server.wait(), await server.wait(), await server.wait()];
  const { a, direct } = within.msg as typeof deep;
  const [found] = [...a[0]!.b.get('key')!];

  const failed = client.tryReq('fail');
  const message = await server.wait();
  if (message.type === 'request') message.rctx.fail(new NotFound(410));
  const reply = await failed;
  const failure = reply.ok ? undefined : reply.error.appError;
  const result = {
    refused,
    top: seen(top.msg),
    cause: seen((top.msg as Error).cause),
    deep: seen(found),
    isOne: found === direct,
    plain: plain.msg,
    failed: seen(failure),
    made: HttpError.made - made - 1,
  };
  client.close();
  server.close();

  // The other side of this one has registered nothing.
  const outside = listen<unknown, string, unknown, unknown>(env.endpoint, {
    ...withLanes(),
    ...env.listening,
  });
  env.own(outside);
  env.send(result);
  const question = await outside.wait();
  if (question.type === 'request') question.rctx.reply({ deep: [{ error }] });
  outside.close();
}
