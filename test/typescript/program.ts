/** A program that uses each entry, compiled as its users' projects would compile it. */
import {
  channel,
  isUmpError,
  type Client,
  type MappedClient,
  type MsgType,
  type PortLike,
  type Result,
  type Server,
  type UmpError,
  type UmpErrorCode,
} from 'ump-ng';
import { actor, pool, remote, spawn } from 'ump-ng/actors';
import * as Comlink from 'ump-ng/comlink';
import { reqSync } from 'ump-ng/sync';

interface Bad {
  readonly reason: string;
}

const { server, client } = channel<string, number, string, Bad>({ capacity: 10 });

export async function serve(requests: Server<string, number, string, Bad>): Promise<void> {
  for await (const message of requests) answer(message);
}

function answer(message: MsgType<string, number, string, Bad>): void {
  if (message.type === 'post') console.log(message.msg.toUpperCase());
  else if (message.msg < 0) message.rctx.fail({ reason: 'negative' });
  else message.rctx.reply(message.msg.toFixed(2));
}

export async function ask(of: Client<string, number, string, Bad>): Promise<string> {
  of.post('hello');
  const reply: string = await of.req(1, { timeout: 1000 });
  const result: Result<string, Bad> = await of.tryReq(2);
  if (result.ok) return reply + result.value;
  const { error } = result;
  const code: UmpErrorCode = error.code;
  return error.code === 'App' ? error.appError.reason : code;
}

export function describe(error: unknown): string {
  if (isUmpError(error, 'Timeout')) return error.code satisfies 'Timeout';
  const other: UmpError | undefined = isUmpError(error) ? error : undefined;
  return other?.message ?? 'unknown';
}

export const blocking = (): string => reqSync(client, 3, { timeout: 10 });

const calculator = actor({
  req: {
    add(a: number, b: number) {
      return a + b;
    },
    async *count(to: number) {
      for (let at = 0; at < to; at++) yield at;
    },
  },
});

export async function calculate(): Promise<number> {
  const far = remote<typeof calculator>(spawn(calculator).client);
  let sum: number = await far.req.add(1, 2);
  for await (const each of far.stream.count(3)) sum += each;
  const workers = pool(() =>
    spawn<never, number, number>({ req: (n, rctx) => void rctx.reply(n) }),
  );
  sum += await workers.req(sum, { idempotent: 2 });
  await workers.stop();
  return sum;
}

/** The reply is inferred from the message. */
interface Routes {
  readonly length: [string, number];
  readonly double: [number, number];
}
export const mapped = (of: MappedClient<Routes>): Promise<number> => of.req('ump-ng');

export async function destructured(of: Server<never, number, string>): Promise<void> {
  for await (const { msg, rctx } of of) rctx.reply(msg.toFixed());
}

class Counter {
  value = 0;
  add(n: number): number {
    return (this.value += n);
  }
}

export async function withComlink(port: PortLike): Promise<number> {
  Comlink.expose(new Counter(), port);
  const counter = Comlink.wrap<Counter>(port);
  await counter.add(1);
  return counter.value;
}

void serve(server);
