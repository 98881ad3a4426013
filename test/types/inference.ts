/**
 * The types of the public API. Nothing here runs: `npm run typecheck` is the test,
 * and an error that does not occur where one is expected is an error.
 */
/* eslint-disable @typescript-eslint/no-unused-vars, @typescript-eslint/no-unsafe-call,
   @typescript-eslint/no-meaningless-void-operator, @typescript-eslint/no-unnecessary-type-parameters,
   @typescript-eslint/no-unnecessary-type-arguments
   -- values are here for their types, and half of the lines are mistakes on purpose */
import {
  Client,
  PostClient,
  ReplyContext,
  Server,
  channel,
  connect,
  isUmpError,
  listen,
  type MappedClient,
  type MsgType,
  type Requester,
  type Result,
  type Sender,
  type UmpError,
  type UmpErrorCode,
  type WaitReply,
  type WeakClient,
} from 'ump-ng';
import { reqSync, waitSync } from 'ump-ng/sync';
import type { MessagePort, Worker } from 'node:worker_threads';

interface Post {
  tick: number;
}
type Send = { op: 'add'; a: number; b: number } | { op: 'name' };
type Reply = number | string;
interface Refusal {
  status: number;
}

/** Equal as types, not only assignable to each other. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(...equal: Same<A, B> extends true ? [] : [never]): void;
declare const port: MessagePort;
declare const worker: Worker;

/** Through every way to a client or a server. */
export function inference(): void {
  const pair = channel<Post, Send, Reply, Refusal>();
  same<typeof pair.client, Client<Post, Send, Reply, Refusal>>();
  same<typeof pair.server, Server<Post, Send, Reply, Refusal>>();

  const defaults = channel();
  same<typeof defaults.client, Client>();
  same<typeof defaults.server, Server<unknown, unknown, unknown, never>>();
  const three = channel<Post, Send, Reply>();
  same<typeof three.client, Client<Post, Send, Reply, never>>();

  const connected = connect<Post, Send, Reply, Refusal>(worker);
  same<typeof connected, Client<Post, Send, Reply, Refusal>>();
  const listening = listen<Post, Send, Reply, Refusal>();
  same<typeof listening, Server<Post, Send, Reply, Refusal>>();
  listen(port, { name: 'a', keepAlive: true, capacity: 3 });
  connect(port, { name: 'a', timeout: 5, signal: AbortSignal.timeout(1) });

  const taken = Client.from<Post, Send, Reply, Refusal>(port);
  same<typeof taken, Client<Post, Send, Reply, Refusal>>();
  const moved = Server.from<Post, Send, Reply, Refusal>(port);
  same<typeof moved, Server<Post, Send, Reply, Refusal>>();
  const context = ReplyContext.from<Reply, Refusal>(port);
  same<typeof context, ReplyContext<Reply, Refusal>>();

  same<ReturnType<typeof taken.clone>, typeof taken>();
  same<ReturnType<typeof taken.weak>, WeakClient<Post, Send, Reply, Refusal>>();
  same<ReturnType<typeof taken.postOnly>, PostClient<Post>>();
  same<ReturnType<typeof taken.transfer>, MessagePort>();
  same<ReturnType<typeof moved.client>, typeof taken>();
  const asRequester: Requester<Post, Send, Reply, Refusal> = taken;
  asRequester.close();
}

export async function calls(client: Client<Post, Send, Reply, Refusal>): Promise<void> {
  client.post({ tick: 1 });
  client.post({ tick: 1 }, { transfer: [new ArrayBuffer(1), port] });
  // @ts-expect-error -- another type of post
  client.post({ tock: 1 });
  // @ts-expect-error -- a request is not a post
  client.post({ op: 'name' });
  // @ts-expect-error -- a field is missing
  void client.req({ op: 'add', a: 1 });
  // @ts-expect-error -- a number cannot be transferred
  void client.req({ op: 'name' }, { transfer: [1] });
  // @ts-expect-error -- options are checked
  void client.req({ op: 'name' }, { timeOut: 1 });

  const value = await client.req({ op: 'add', a: 1, b: 2 });
  same<typeof value, Reply>();

  const result = await client.tryReq({ op: 'name' });
  same<typeof result, Result<Reply, Refusal>>();
  // @ts-expect-error -- only if the result is ok
  void result.value;
  if (result.ok) same<typeof result.value, Reply>();
  else {
    same<typeof result.error, UmpError<Refusal>>();
    same<typeof result.error.code, UmpErrorCode>();
    same<typeof result.error.appError, Refusal | undefined>();
    // @ts-expect-error -- there is no such code
    void (result.error.code === 'Gone');
  }

  const deferred = client.reqDeferred({ op: 'name' });
  same<typeof deferred, WaitReply<Reply, Refusal>>();
  same<Awaited<ReturnType<typeof deferred.wait>>, Reply>();
  const upgraded = await client.weak().upgrade();
  same<typeof upgraded, Client<Post, Send, Reply, Refusal> | undefined>();
  // @ts-expect-error -- a weak client cannot post
  client.weak().post({ tick: 1 });

  using scoped = client.clone();
  scoped.ref().unref().post({ tick: 1 });
  same<Awaited<typeof client.closed>, UmpError>();
}

export async function served(server: Server<Post, Send, Reply, Refusal>): Promise<void> {
  const message = await server.wait();
  same<typeof message, MsgType<Post, Send, Reply, Refusal>>();
  same<ReturnType<typeof server.tryPop>, typeof message | undefined>();
  same<typeof message.rctx, ReplyContext<Reply, Refusal> | undefined>();
  same<typeof message.from, Sender>();
  switch (message.type) {
    case 'post':
      same<typeof message.msg, Post>();
      same<typeof message.rctx, undefined>();
      break;
    case 'request':
      same<typeof message.msg, Send>();
      same<typeof message.rctx, ReplyContext<Reply, Refusal>>();
      break;
    default:
      same<typeof message, never>();
  }
  for await (const each of server) {
    same<typeof each, MsgType<Post, Send, Reply, Refusal>>();
    if (each.type === 'request' && each.msg.op === 'add') {
      const sent = each.rctx.reply(each.msg.a + each.msg.b);
      same<typeof sent, boolean>();
      each.rctx.fail({ status: 404 });
      // @ts-expect-error -- not a reply
      each.rctx.reply(true);
      // @ts-expect-error -- not an error
      each.rctx.fail('no');
    }
  }
}

/** With `E = never` a request cannot fail, and its error has no appError. */
export function cannotFail(context: ReplyContext<number>, result: Result<number>): void {
  context.reply(1);
  // @ts-expect-error -- nothing is assignable to never
  context.fail(1);
  // @ts-expect-error -- undefined neither
  context.fail(undefined);
  if (!result.ok) same<typeof result.error.appError, undefined>();
}

export function onlyPosts(client: PostClient<Post>): void {
  client.post({ tick: 1 });
  // @ts-expect-error -- neither a request
  void client.req({ op: 'name' });
  // @ts-expect-error -- nor one that does not reject
  void client.tryReq({ op: 'name' });
  // @ts-expect-error -- nor one for later
  void client.reqDeferred({ op: 'name' });
  // @ts-expect-error -- nor a way to become one that can
  void client.weak();
  same<ReturnType<typeof client.clone>, PostClient<Post>>();
}

export function errors(caught: unknown): void {
  if (isUmpError(caught)) same<typeof caught, UmpError>();
  if (isUmpError(caught, 'Timeout')) same<typeof caught.code, 'Timeout'>();
  // @ts-expect-error -- there is no such code
  isUmpError(caught, 'TimedOut');
}

/** Handles of one kind do not pass for another, and none is made by `new`. */
export function identities(client: Client<Post, Send, Reply, Refusal>): void {
  // @ts-expect-error -- a Client is made by channel(), connect() or from()
  new Client();
  // @ts-expect-error -- and a Server by channel(), listen() or from()
  new Server();
  // @ts-expect-error -- it replies with something else
  const other: Client<Post, Send, boolean, Refusal> = client;
  const narrower: Client<Post, { op: 'name' }, Reply, Refusal> = client;
  // @ts-expect-error -- a port is no client
  Client.from(client);
  // @ts-expect-error -- nor is a number
  Server.from(1);
  void [other, narrower];
}

/** Calls that block have the types of those that await. */
export function blocking(
  client: Client<Post, Send, Reply, Refusal>,
  server: Server<Post, Send, Reply, Refusal>,
): void {
  const message = waitSync(server);
  if (message.type === 'post') same<typeof message.msg, Post>();
  const reply = reqSync(client, { op: 'name' });
  same<typeof reply, Reply>();
  const later = waitSync(client.reqDeferred({ op: 'name' }), { timeout: 1 });
  same<typeof later, Reply>();
  // @ts-expect-error -- the type has no such request
  reqSync(client, { op: 'none' });
  // @ts-expect-error -- there is no signal that could fire while it blocks
  reqSync(client, { op: 'name' }, { signal: new AbortController().signal });
}

/** A request decides on the type of its reply. */
interface Calculator {
  add: [{ op: 'add'; a: number; b: number }, number];
  name: [{ op: 'name' }, string];
}

export async function mapped(worker: Worker): Promise<void> {
  const client = connect(worker) as MappedClient<Calculator, Post, Refusal>;
  const clone = client.clone();
  same<typeof clone, MappedClient<Calculator, Post, Refusal>>();
  const sum = await client.req({ op: 'add', a: 1, b: 2 }, { timeout: 1000 });
  same<typeof sum, number>();
  const name = await client.tryReq({ op: 'name' });
  same<typeof name, Result<string, Refusal>>();
  const later = client.reqDeferred({ op: 'name' });
  same<typeof later, WaitReply<string, Refusal>>();
  client.post({ tick: 1 });
  // @ts-expect-error -- no such request
  void client.req({ op: 'subtract' });
  // @ts-expect-error -- a field is missing
  void client.req({ op: 'add', a: 1 });
  const general: Client<Post, Send, Reply, Refusal> = client;
  general.close();
}

export async function withoutPosts(server: Server<never, string, number>): Promise<void> {
  for await (const { msg, rctx, type } of server) {
    same<typeof type, 'request'>();
    same<typeof msg, string>();
    rctx.reply(msg.length);
  }
}

export async function withoutRequests(server: Server<string, never>): Promise<void> {
  const { type, rctx } = await server.wait();
  same<typeof type, 'post'>();
  same<typeof rctx, undefined>();
}
