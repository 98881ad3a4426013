/** Actors that pass requests on to each other, in a circle. */
import { channel, Client, type MessagePort } from 'ump-ng';
import { serve, spawn, type DeadlockWarning, type SpawnOptions } from 'ump-ng/actors';
import type { RoleEnv } from '../roles.js';
import { Gate } from '../utilities.js';

type Next = Client;

/** Waits for the reply of the next actor, until the gate opens. */
export class Passing {
  readonly #gate = new Gate();
  /** The actors that a request is passed on to, all at once. */
  next: Next[] = [];
  /** How a request is passed on. */
  pass = (to: Next, msg: unknown): Promise<unknown> => to.req(msg);

  readonly handler = {
    post: ([port]: [MessagePort]): void => {
      this.next = [Client.from(port)];
    },
    req: async (msg: unknown, rctx: { reply(value: unknown): boolean }): Promise<void> => {
      if (msg === 'ready') {
        rctx.reply('ready');
        return;
      }
      const replies = this.next.map((to) => this.pass(to, msg));
      await Promise.race([Promise.all(replies), this.#gate.opened]);
      rctx.reply('passed');
    },
  };

  open(): void {
    this.#gate.open();
  }
}

export type PassingOptions = Pick<SpawnOptions, 'concurrency' | 'deadlockAfter' | 'name'>;

/** The same in this thread. */
export class PassingActor extends Passing {
  readonly warnings: DeadlockWarning[] = [];
  readonly #warned = new Gate();
  readonly client: Next;

  constructor(options: PassingOptions) {
    super();
    const onWarning = (warning: DeadlockWarning): void => {
      this.warnings.push(warning);
      this.#warned.open();
    };
    const { client } = spawn<[MessagePort], unknown, unknown>(this.handler, {
      ...options,
      onWarning,
    });
    this.client = client;
  }

  /** Fulfils when the actor has reported a circle. */
  get warned(): Promise<void> {
    return this.#warned.opened;
  }

  passesTo(...actors: PassingActor[]): void {
    this.next = actors.map(({ client }) => client.clone());
  }

  close(): void {
    this.open();
    for (const client of [this.client, ...this.next]) client.close();
  }
}

/** Serves clients on all ports, sends each warning, and ends its waits after a message. */
export async function passOn(env: RoleEnv<PassingOptions>): Promise<void> {
  const { server, client } = channel<[MessagePort]>();
  for (const port of env.ports) server.accept(port);
  client.close();
  env.own(server);
  const passing = new Passing();
  const onWarning = (warning: DeadlockWarning): void => {
    env.send(warning);
  };
  void serve(server, passing.handler, { ...env.args, onWarning });
  await env.receive();
  passing.open();
}
