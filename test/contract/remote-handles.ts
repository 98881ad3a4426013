/** Clients, contexts and servers that live in a thread of their own and are driven by commands. */
import { fail } from './assertions.js';
import type { CallCommand, CallOutcome } from './roles/clients.js';
import type { ContextCommand } from './roles/contexts.js';
import type { MessagePort } from 'ump-ng';
import type { Rig, Task, Thread } from './rig.js';

export class RemoteClient {
  readonly #task: Task;
  readonly #thread: Thread;
  #lastId = 0;

  private constructor(thread: Thread, task: Task) {
    this.#thread = thread;
    this.#task = task;
  }

  static async of(
    rig: Rig,
    port: MessagePort,
    role: 'call' | 'callThroughPort' = 'call',
  ): Promise<RemoteClient> {
    const thread = await rig.thread();
    return new RemoteClient(thread, thread.run(role, undefined, [port]));
  }

  post(msg: unknown): void {
    this.#send('post', msg);
  }

  /** Requests that are awaited must be awaited in the order in which they settle. */
  req(
    msg: unknown,
    options: { timeout?: number } = {},
  ): { id: number; outcome: Promise<CallOutcome> } {
    const id = ++this.#lastId;
    this.#send('req', id, msg, options);
    const outcome = this.#task.nextMessage().then((message) => {
      const [settled, result] = message as [number, CallOutcome];
      return settled === id ? result : fail(`request ${settled} settled before request ${id}`);
    });
    outcome.catch(() => undefined);
    return { id, outcome };
  }

  abort(id: number): void {
    this.#send('abort', id);
  }

  async closed(): Promise<unknown> {
    this.#send('closed');
    return this.#task.nextMessage();
  }

  async transfer(): Promise<MessagePort> {
    this.#send('transfer');
    return (await this.#task.nextMessage()) as MessagePort;
  }

  close(): void {
    this.#send('close');
  }

  kill(): Promise<void> {
    return this.#thread.kill();
  }

  #send(...command: CallCommand): void {
    this.#task.send(command);
  }
}

export class RemoteContext {
  readonly #task: Task;
  readonly #thread: Thread;

  private constructor(thread: Thread, task: Task) {
    this.#thread = thread;
    this.#task = task;
  }

  /** Fulfils when the thread has taken the context over. */
  static async of(rig: Rig, port: MessagePort): Promise<RemoteContext> {
    const thread = await rig.thread();
    const task = thread.run('holdContext', undefined, [port]);
    await task.nextMessage();
    return new RemoteContext(thread, task);
  }

  /** The return value of the context's method, or the code of the error. */
  async do(...command: ContextCommand): Promise<unknown> {
    this.#task.send(command);
    return this.#task.nextMessage();
  }

  async handOn(): Promise<MessagePort> {
    return (await this.do('hand on')) as MessagePort;
  }

  kill(): Promise<void> {
    return this.#thread.kill();
  }
}

/** Takes the server over in a new thread, where it carries out commands. */
export async function hostElsewhere(
  rig: Rig,
  port: MessagePort,
): Promise<{ task: Task; kill: () => Promise<void> }> {
  const thread = await rig.thread();
  const task = thread.run('takeServer', {}, [port]);
  await task.nextMessage();
  return { task, kill: () => thread.kill() };
}
