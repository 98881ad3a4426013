/** Starts roles in a thread over one endpoint, beside other users of that endpoint. */
import type { MessagePort } from 'ump-ng';
import type { Task } from './rig.js';
import { roles, type RoleEnv, type RoleName } from './roles.js';
import { Pipeline } from './utilities.js';

/** The rig's own messages on an endpoint. */
export interface Pipe {
  send(message: unknown, transfer: readonly object[]): void;
  receive(listener: (message: unknown) => void): void;
}

type FromCase =
  | { contract: 'run'; id: number; role: RoleName; args: unknown; ports: readonly MessagePort[] }
  | { contract: 'to role'; id: number; value: unknown };

type FromThread =
  | { contract: 'from role'; id: number; value: unknown }
  | { contract: 'done'; id: number; value: unknown }
  | { contract: 'failed'; id: number; error: unknown };

const runnable: Record<RoleName, (env: RoleEnv<never>) => Promise<unknown>> = roles;

const isOurs = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'contract' in message;

class RunningTask implements Task {
  readonly #messages = new Pipeline<unknown>();
  readonly #end = new Pipeline<unknown>();
  readonly result = this.#end.next();
  readonly send: Task['send'];

  constructor(send: Task['send']) {
    this.send = send;
    // A role whose thread is killed fails, and most cases do not await it.
    this.result.catch(() => undefined);
  }

  nextMessage(): Promise<unknown> {
    return this.#messages.next();
  }

  deliver(message: FromThread): void {
    if (message.contract === 'from role') this.#messages.push(message.value);
    else if (message.contract === 'done') this.#end.push(message.value);
    else this.fail(message.error);
  }

  fail(error: unknown): void {
    this.#end.fail(error);
    this.#messages.fail(error);
  }
}

/** The roles of one thread, as the case sees them. */
export class Tasks {
  readonly #pipe: Pipe;
  readonly #running: RunningTask[] = [];

  constructor(pipe: Pipe) {
    this.#pipe = pipe;
    pipe.receive((message) => {
      if (!isOurs(message)) return;
      const { id } = message as FromThread;
      this.#running[id]?.deliver(message as FromThread);
    });
  }

  run(role: RoleName, args: unknown, ports: readonly MessagePort[] = []): Task {
    const id = this.#running.length;
    const task = new RunningTask((value, transfer = []) => {
      this.#send({ contract: 'to role', id, value }, transfer);
    });
    this.#running.push(task);
    this.#send({ contract: 'run', id, role, args, ports }, ports);
    return task;
  }

  /** The thread has ended. */
  fail(error: unknown): void {
    for (const task of this.#running) task.fail(error);
  }

  #send(message: FromCase, transfer: readonly object[]): void {
    this.#pipe.send(message, transfer);
  }
}

/** Runs, in the thread, the roles that `Tasks` asks for. */
export function runRoles(
  pipe: Pipe,
  platform: Pick<RoleEnv<never>, 'endpoint' | 'listening' | 'leave' | 'exit' | 'own'>,
): void {
  const inboxes = new Map<number, Pipeline<unknown>>();
  const send = (message: FromThread, transfer: readonly object[] = []): void => {
    pipe.send(message, transfer);
  };

  const start = (
    id: number,
    role: RoleName,
    args: unknown,
    ports: readonly MessagePort[],
  ): void => {
    const inbox = new Pipeline<unknown>();
    inboxes.set(id, inbox);
    const env: RoleEnv<never> = {
      ...platform,
      ports,
      args: args as never,
      send: (value, transfer) => {
        send({ contract: 'from role', id, value }, transfer);
      },
      receive: () => inbox.next(),
    };
    runnable[role](env).then(
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
    const message = received as FromCase;
    if (message.contract === 'to role') inboxes.get(message.id)?.push(message.value);
    else start(message.id, message.role, message.args, message.ports);
  });
}
