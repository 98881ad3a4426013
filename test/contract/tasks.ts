/** How roles run in a thread: over one endpoint, beside whatever else the thread uses it for. */
import type { MessagePort } from 'ump-ng';
import type { Task } from './rig.js';
import { roles, type RoleName, type There } from './roles.js';
import { Pipeline } from './tools.js';

/** The rig's own messages on an endpoint. */
export interface Pipe {
  send(message: unknown, transfer: readonly object[]): void;
  receive(listener: (message: unknown) => void): void;
}

type FromHere =
  | { contract: 'run'; id: number; role: RoleName; args: unknown; ports: readonly MessagePort[] }
  | { contract: 'tell'; id: number; value: unknown };

type FromThere =
  | { contract: 'say'; id: number; value: unknown }
  | { contract: 'done'; id: number; value: unknown }
  | { contract: 'failed'; id: number; error: unknown };

const stage: Record<RoleName, (there: There<never>) => Promise<unknown>> = roles;

const isOurs = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'contract' in message;

class RunningTask implements Task {
  readonly #words = new Pipeline<unknown>();
  readonly #end = new Pipeline<unknown>();
  readonly result = this.#end.next();
  readonly tell: Task['tell'];

  constructor(tell: Task['tell']) {
    this.tell = tell;
    // A role whose thread is killed fails, and most cases do not care.
    this.result.catch(() => undefined);
  }

  said(): Promise<unknown> {
    return this.#words.next();
  }

  hear(message: FromThere): void {
    if (message.contract === 'say') this.#words.push(message.value);
    else if (message.contract === 'done') this.#end.push(message.value);
    else this.fail(message.error);
  }

  fail(error: unknown): void {
    this.#end.fail(error);
    this.#words.fail(error);
  }
}

/** The side that gives out the roles. */
export class Tasks {
  readonly #pipe: Pipe;
  readonly #running: RunningTask[] = [];

  constructor(pipe: Pipe) {
    this.#pipe = pipe;
    pipe.receive((message) => {
      if (!isOurs(message)) return;
      const { id } = message as FromThere;
      this.#running[id]?.hear(message as FromThere);
    });
  }

  run(role: RoleName, args: unknown, ports: readonly MessagePort[] = []): Task {
    const id = this.#running.length;
    const task = new RunningTask((value, transfer = []) => {
      this.#send({ contract: 'tell', id, value }, transfer);
    });
    this.#running.push(task);
    this.#send({ contract: 'run', id, role, args, ports }, ports);
    return task;
  }

  /** The thread is gone. */
  fail(error: unknown): void {
    for (const task of this.#running) task.fail(error);
  }

  #send(message: FromHere, transfer: readonly object[]): void {
    this.#pipe.send(message, transfer);
  }
}

/** The side that plays them. */
export function play(
  pipe: Pipe,
  platform: Pick<There<never>, 'endpoint' | 'listening' | 'leave' | 'exit' | 'own'>,
): void {
  const words = new Map<number, Pipeline<unknown>>();
  const send = (message: FromThere, transfer: readonly object[] = []): void => {
    pipe.send(message, transfer);
  };

  const start = (
    id: number,
    role: RoleName,
    args: unknown,
    ports: readonly MessagePort[],
  ): void => {
    const heard = new Pipeline<unknown>();
    words.set(id, heard);
    const there: There<never> = {
      ...platform,
      ports,
      args: args as never,
      say: (value, transfer) => {
        send({ contract: 'say', id, value }, transfer);
      },
      told: () => heard.next(),
    };
    stage[role](there).then(
      (value) => {
        send({ contract: 'done', id, value });
      },
      (error: unknown) => {
        send({ contract: 'failed', id, error });
      },
    );
  };

  pipe.receive((received) => {
    if (!isOurs(received)) return;
    const message = received as FromHere;
    if (message.contract === 'tell') words.get(message.id)?.push(message.value);
    else start(message.id, message.role, message.args, message.ports);
  });
}
