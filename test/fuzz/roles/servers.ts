/** Victims that serve: a server, and both hosts of a server that moves. */
import { channel, introspect, Server } from '../library.js';
import { newChannel, type Port } from '../platform.js';
import { someFrame, someHandshake } from '../stories/frames.js';
import { closePorts, type App, type AnyServer } from '../victim/app.js';
import type { Role } from './role.js';

/** The frames that a server may be sent, the likely ones more often. */
const TO_SERVER = [2, 3, 3, 4, 4, 4, 5, 6, 6, 7, 8, 21, 22, 23, 24, 25, 27, 128];

const newServer = (
  app: App,
  capacity?: number,
): { server: AnyServer; client: ReturnType<typeof channel>['client'] } => {
  const { server, client } = channel<unknown, unknown, unknown, unknown>({
    capacity,
    onDropped: closePorts,
  });
  app.atEnd(() => {
    client.close();
  });
  return { server, client: client };
};

const accepted = (server: AnyServer): Port => {
  const { port1, port2 } = newChannel();
  server.accept(port2);
  return port1;
};

export const server: Role = {
  name: 'server',
  helloAs: 0,
  frame: (random) => (random.chance(0.95) ? someFrame(random, TO_SERVER) : someHandshake(random)),
  begin: (app) => {
    const { server: own, client } = newServer(app);
    const postOnly = client.postOnly().transfer();
    const clone = client.clone().transfer();
    app.serve(own);
    let closed = false;
    return {
      lines: [accepted(own), postOnly as unknown as Port, clone as unknown as Port],
      honest: async () => (closed ? 'honest' : client.req('honest')),
      acts: [
        () => undefined,
        () => client.req('x'),
        () => {
          client.post(new Error('posted'));
        },
        () => introspect(own),
        () => own.isEmpty,
        async () => {
          const weak = client.weak();
          (await weak.upgrade())?.close();
          weak.close();
        },
        () => {
          closed = true;
          own.close();
        },
      ],
    };
  },
};

/** Its messages wait until the application takes one. */
export const bounded: Role = {
  name: 'bounded server',
  helloAs: 0,
  frame: (random) => someFrame(random, TO_SERVER),
  begin: (app) => {
    const { server: own, client } = newServer(app, 2);
    app.atEnd(() => {
      own.close();
    });
    const taken = (message: ReturnType<AnyServer['tryPop']>): void => {
      if (message?.type === 'request') app.answer(message.msg, message.rctx);
      closePorts(message?.msg);
    };
    const take = (): void => {
      taken(own.tryPop());
    };
    return {
      lines: [accepted(own), client.clone().transfer() as unknown as Port],
      acts: [
        take,
        take,
        () => client.ready(),
        () => client.req('x'),
        async () => {
          taken(await own.wait());
        },
      ],
    };
  },
};

/** The new host: the attacker is the old one. */
export const newHost: Role = {
  name: 'new host',
  helloAs: 4,
  opening: [
    ['say', 0, ['list', 17, 0, false, true]],
    ['say', 0, ['list', 18, 1, ['port', 0], 0]],
  ],
  frame: (random) => someFrame(random, [2, 17, 18, 18, 19, 19, 19, 20, 20, 21, 23]),
  begin: (app) => {
    const { port1, port2 } = newChannel();
    let own: AnyServer = Server.from(port2);
    app.serve(own);
    return {
      lines: [port1],
      acts: [
        () => undefined,
        () => own.client().req('x'),
        () => {
          own = Server.from(own.transfer());
          app.serve(own);
        },
        () => {
          own.close();
        },
        () => introspect(own),
      ],
    };
  },
};

/** The old host: the attacker is the new one, and a client. */
export const oldHost: Role = {
  name: 'old host',
  helloAs: 5,
  frame: (random) =>
    random.chance(0.4) ? someFrame(random, [2, 2, 1, 21, 23]) : someFrame(random, TO_SERVER),
  begin: (app) => {
    const { server: own, client } = newServer(app);
    app.tries(() => client.req('queued'));
    const line = accepted(own);
    const clone = client.clone().transfer() as unknown as Port;
    const control = own.transfer() as unknown as Port;
    return {
      lines: [control, line, clone],
      acts: [
        () => undefined,
        () => client.req('x'),
        () => {
          client.post('x');
        },
        () => client.clone().close(),
        () => {
          own.accept(newChannel().port1);
        },
        () => client.closed,
      ],
    };
  },
};
