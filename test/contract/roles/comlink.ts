/** Objects that a thread exposes by ump-ng/comlink. */
import {
  createEndpoint,
  expose,
  finalizer,
  proxy,
  releaseProxy,
  transfer,
  wrap,
  type AnyEndpoint,
  type ExposeOptions,
  type ProxyMarked,
  type Remote,
} from 'ump-ng/comlink';
import { useDates } from '../comlink-remotes.js';
import type { RoleEnv } from '../roles.js';
import { FOREVER } from '../utilities.js';

type Callback<A, R = void> = (value: A) => R;

class Counter {
  static made = 0;
  static create(count: number): Counter & ProxyMarked {
    return proxy(new Counter(count));
  }
  count: number;
  constructor(count: number) {
    this.count = count;
    Counter.made++;
  }
  get double(): number {
    return 2 * this.count;
  }
  set double(value: number) {
    this.count = value / 2;
  }
  add(by: number): number {
    return (this.count += by);
  }
}

/** The object of most cases. It reports to the case by `env.send()`. */
export const serviceOf = (env: Pick<RoleEnv<unknown>, 'send'>) => {
  let held: Remote<Callback<string> & ProxyMarked> | undefined;
  const service = {
    value: 4,
    nothing: undefined as unknown,
    later: Promise.resolve('later'),
    deep: { er: { value: 5, isOwn: (): boolean => true } },
    listener: undefined as Remote<Callback<string> & ProxyMarked> | undefined,
    Counter,
    add: (a: number, b: number): number => a + b,
    greet: async (name: string): Promise<string> => Promise.resolve(`hello, ${name}`),
    list: (): unknown[] => [[1], 2],
    typeOf: (value: unknown): string => typeof value,
    nameOf: (error: Error): string => `${error.name} ${String('code' in error && error.code)}`,
    yearOf: (date: unknown): unknown =>
      date instanceof Date ? date.getUTCFullYear() : 'it is no Date',
    dateOf: (year: number): unknown => new Date(Date.UTC(year)),
    throws: (value: unknown): never => {
      throw value;
    },
    rejects: (value: unknown): Promise<never> => Promise.reject(value),
    throwsError: (): never => {
      const cause = new TypeError('the cause');
      throw Object.assign(new RangeError('too far', { cause }), { code: 'E_FAR', at: 3 });
    },
    returnsFunction: () => (): void => undefined,
    hangs: (): Promise<never> => {
      env.send('hangs');
      return FOREVER;
    },
    each: async (upTo: number, callback: Remote<Callback<number, number> & ProxyMarked>) => {
      const results: number[] = [];
      try {
        for (let n = 1; n <= upTo; n++) results.push(await callback(n));
      } finally {
        callback[releaseProxy]();
      }
      return results;
    },
    /** The callback gets a callback. */
    twice: async (callback: Remote<Callback<Callback<number, number>, number> & ProxyMarked>) => {
      const result = await callback(proxy((n: number) => 2 * n));
      callback[releaseProxy]();
      return result;
    },
    hold: (callback: Remote<Callback<string> & ProxyMarked>): void => {
      held = callback;
    },
    callHeld: (value: string): unknown => held?.(value),
    release: (): void => {
      held?.[releaseProxy]();
    },
    bytes: (buffer: ArrayBuffer): ArrayBuffer => transfer(buffer, [buffer]),
    note: (value: string): void => {
      env.send(value);
    },
    [finalizer]: (): void => {
      env.send('finalized');
    },
  };
  return service;
};

export type Service = ReturnType<typeof serviceOf>;

/** With `onPort`, exposes at the port that came with the role; `whenTold`: after a message. */
export async function exposeService(
  env: RoleEnv<ExposeOptions & { onPort?: boolean; whenTold?: boolean }>,
): Promise<never> {
  const { onPort, whenTold, ...options } = env.args;
  if (whenTold === true) await env.receive();
  useDates();
  const endpoint = (onPort === true ? env.ports[0] : env.endpoint) as AnyEndpoint | undefined;
  const { allowedOrigins } = env.listening ?? {};
  expose(serviceOf(env), endpoint, { allowedOrigins, ...options });
  if (whenTold !== true) env.send('exposed');
  return FOREVER;
}

/** Makes calls of a service by the port that came with the role. */
export async function callService(env: RoleEnv<undefined>): Promise<number> {
  const remote = wrap<Service>(env.ports[0] as AnyEndpoint);
  const sum = await remote.add(20, 1);
  const port = await remote[createEndpoint]();
  const other = wrap<Service>(port);
  const sums = sum + (await other.add(20, 1));
  other[releaseProxy]();
  remote[releaseProxy]();
  return sums;
}
