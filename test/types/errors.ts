/**
 * What the compiler must make of errors: `code` narrows `appError`, and UmpError stays a class.
 * Nothing here runs: `npm run typecheck` is the test.
 */
/* eslint-disable @typescript-eslint/no-unused-vars, @typescript-eslint/no-unnecessary-type-parameters
   -- values are here for their types */
import {
  UmpError,
  isUmpError,
  type Client,
  type Result,
  type UmpErrorCode,
  type UmpErrorOf,
} from 'ump-ng';

interface Refusal {
  status: number;
}

/** Equal as types, not only assignable to each other. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(...equal: Same<A, B> extends true ? [] : [never]): void;

export function byCode(result: Result<string, Refusal>): void {
  if (result.ok) return;
  const { error } = result;
  // @ts-expect-error -- only an App error has one
  error.appError.status.toFixed();
  if (error.code === 'App') {
    same<typeof error.appError, Refusal>();
    error.appError.status.toFixed();
  } else same<typeof error.appError, undefined>();
  if (isUmpError(error, 'App')) same<typeof error.appError, Refusal>();
  if (isUmpError(error, 'Timeout')) same<typeof error.appError, undefined>();
  switch (error.code) {
    case 'App':
      same<typeof error, UmpErrorOf<'App', Refusal>>();
      break;
    case 'Timeout':
      same<typeof error.appError, undefined>();
      break;
    default:
      same<typeof error.code, Exclude<UmpErrorCode, 'App' | 'Timeout'>>();
  }
}

export function caught(thrown: unknown, code: UmpErrorCode): UmpError | undefined {
  if (isUmpError(thrown, 'App')) same<typeof thrown, UmpErrorOf<'App'>>();
  if (isUmpError(thrown, 'Timeout')) same<typeof thrown.code, 'Timeout'>();
  if (thrown instanceof UmpError) same<typeof thrown, UmpError>();
  return isUmpError(thrown, code) ? thrown : undefined;
}

export function constructed(): UmpError[] {
  const timeout = new UmpError('Timeout', 'too slow', { cause: 1 });
  same<typeof timeout.code, 'Timeout'>();
  same<typeof timeout.appError, undefined>();
  const app = new UmpError('App', undefined, { appError: { status: 404 } });
  same<typeof app.appError, { status: number }>();
  const typed: UmpError<Refusal>[] = [timeout, app];
  // @ts-expect-error -- the appError is of another type
  const wrong: UmpError<string> = app;
  // @ts-expect-error -- there is no such code
  new UmpError('Gone');
  return [timeout, app, ...typed];
}

export function extended(client: Client<unknown, string, string, Refusal>): UmpError {
  class TooSlow extends UmpError {
    readonly request: string;

    constructor(request: string) {
      super('Timeout', `${request} took too long`);
      this.request = request;
    }
  }
  const error = new TooSlow('report');
  same<typeof error.code, UmpErrorCode>();
  same<typeof error.request, string>();
  client.req('x').catch((thrown: unknown) => {
    if (thrown instanceof TooSlow) same<typeof thrown.request, string>();
  });
  return error;
}
