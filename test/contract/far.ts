/** A client, or the holder of a context, in a thread of its own, with the words to move it by. */
import { fail } from './assert.js';
import type { CallOrder, CallOutcome } from './roles/clients.js';
import type { ContextOrder } from './roles/contexts.js';
import type { MessagePort } from 'ump-ng';
import type { Rig, Task, Thread } from './rig.js';

export class FarClient {
  readonly #task: Task;
  readonly #thread: Thread;
  #lastId = 0;

  private constructor(thread: Thread, task: Task) {
    this.#thread = thread;
    this.#task = task;
  }

  static async of(rig: Rig, port: MessagePort): Promise<FarClient> {
    const thread = await rig.thread();
    return new FarClient(thread, thread.run('call', undefined, [port]));
  }

  post(msg: unknown): void {
    this.#tell('post', msg);
  }

  /** Requests that are awaited must be awaited in the order in which they settle. */
  req(
    msg: unknown,
    options: { timeout?: number } = {},
  ): { id: number; outcome: Promise<CallOutcome> } {
    const id = ++this.#lastId;
    this.#tell('req', id, msg, options);
    const outcome = this.#task.said().then((said) => {
      const [settled, result] = said as [number, CallOutcome];
      return settled === id ? result : fail(`request ${settled} settled before request ${id}`);
    });
    outcome.catch(() => undefined);
    return { id, outcome };
  }

  abort(id: number): void {
    this.#tell('abort', id);
  }

  async closed(): Promise<unknown> {
    this.#tell('closed');
    return this.#task.said();
  }

  async transfer(): Promise<MessagePort> {
    this.#tell('transfer');
    return (await this.#task.said()) as MessagePort;
  }

  close(): void {
    this.#tell('close');
  }

  kill(): Promise<void> {
    return this.#thread.kill();
  }

  #tell(...order: CallOrder): void {
    this.#task.tell(order);
  }
}

export class FarContext {
  readonly #task: Task;
  readonly #thread: Thread;

  private constructor(thread: Thread, task: Task) {
    this.#thread = thread;
    this.#task = task;
  }

  /** Fulfils when it has taken the context up. */
  static async of(rig: Rig, port: MessagePort): Promise<FarContext> {
    const thread = await rig.thread();
    const task = thread.run('hold', undefined, [port]);
    await task.said();
    return new FarContext(thread, task);
  }

  /** What its context did, or the code of the error. */
  async do(...order: ContextOrder): Promise<unknown> {
    this.#task.tell(order);
    return this.#task.said();
  }

  async handOn(): Promise<MessagePort> {
    return (await this.do('hand on')) as MessagePort;
  }

  kill(): Promise<void> {
    return this.#thread.kill();
  }
}

/** Takes the server up in another thread, where it obeys. */
export async function moveTo(
  rig: Rig,
  port: MessagePort,
): Promise<{ task: Task; kill: () => Promise<void> }> {
  const thread = await rig.thread();
  const task = thread.run('move', {}, [port]);
  await task.said();
  return { task, kill: () => thread.kill() };
}
