/** Handlers that wait for each other, and the report of it. */
import { Client } from 'ump-ng';
import { actor, remote, serve, serveWorker, spawn, type DeadlockWarning } from 'ump-ng/actors';
import { equal, ok, throws } from '../../assertions.js';
import { closeAtEnd, keep } from '../../keep-until-end.js';
import { pair } from '../../in-process-pair.js';
import type { Rig, Task } from '../../rig.js';
import { PassingActor, type PassingOptions } from '../../roles/circles.js';
import { theme } from '../../suite-dsl.js';
import { Gate, turns } from '../../utilities.js';

const DEADLOCK = { deadlockAfter: 1 };

const passing = (options: PassingOptions): PassingActor =>
  keep(closeAtEnd(new PassingActor(options)));

/** Actors of these names, each of which passes its requests on to the next. */
function circleOf(names: readonly string[], options: PassingOptions = DEADLOCK): PassingActor[] {
  const actors = names.map((name) => passing({ ...options, name }));
  for (const [at, each] of actors.entries()) each.passesTo(actors[(at + 1) % actors.length]!);
  return actors;
}

/** Sorted, because the circle may begin with any of its actors. */
const namesIn = ({ circle }: DeadlockWarning): unknown[] => circle.map(({ actor }) => actor).sort();

/** Asks the first actor, waits until one of all has reported a circle, and returns all reports. */
async function reportsOf(actors: readonly PassingActor[]): Promise<DeadlockWarning[]> {
  const answer = actors[0]!.client.req('go');
  await Promise.race(actors.map(({ warned }) => warned));
  await turns(20);
  for (const each of actors) each.open();
  equal(await answer, 'passed');
  return actors.flatMap(({ warnings }) => warnings);
}

/** Asks the first actor, and expects no report although several probes have been sent. */
async function reportsNothing(actors: readonly PassingActor[]): Promise<void> {
  const answer = actors[0]!.client.req('go');
  await turns(30);
  for (const each of actors) each.open();
  equal(await answer, 'passed');
  equal(
    actors.flatMap(({ warnings }) => warnings),
    [],
  );
}

/** Actors in threads of their own, each of which passes its requests on to the next. */
async function circleOfThreads(
  rig: Rig,
  names: readonly string[],
): Promise<{ clients: Client[]; tasks: Task[] }> {
  const ways = names.map(() => ({ own: new MessageChannel(), before: new MessageChannel() }));
  const tasks: Task[] = [];
  for (const [at, name] of names.entries()) {
    const { own, before } = ways[at]!;
    const thread = await rig.thread();
    tasks.push(thread.run('passOn', { ...DEADLOCK, name }, [own.port1, before.port1]));
  }
  const clients = ways.map(({ own }) => keep(Client.from(own.port2)));
  for (const [at, client] of clients.entries()) {
    const { port2 } = ways[(at + 1) % ways.length]!.before;
    client.post([port2], { transfer: [port2] });
  }
  for (const client of clients) equal(await client.req('ready'), 'ready');
  return { clients, tasks };
}

/** Whether the runtime knows which handler code belongs to after an `await`. */
const carriesContext = (): boolean => {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.('node:async_hooks') !== undefined;
};

export const deadlocks = theme('actors: deadlocks', (check) => {
  check('an actor that waits for itself reports it', async () => {
    const actors = circleOf(['alone']);
    const [warning, ...others] = await reportsOf(actors);
    equal(others, []);
    equal(namesIn(warning!), ['alone']);
    ok(warning!.message.includes('alone (request "go", for '), warning!.message);
    ok(warning!.circle[0]!.ms >= 0, String(warning!.circle[0]!.ms));
  });

  for (const names of [
    ['one', 'two'],
    ['one', 'two', 'three'],
  ]) {
    check(`${names.length} actors of one thread report a circle once`, async () => {
      const [warning, ...others] = await reportsOf(circleOf(names));
      equal(others, []);
      equal(namesIn(warning!), [...names].sort());
      equal(
        warning!.circle.map(({ handles }) => handles),
        names.map(() => 'request "go"'),
      );
      for (const name of names) ok(warning!.message.includes(name), warning!.message);
    });

    check(`${names.length} actors in threads report a circle once`, async (rig) => {
      const { clients, tasks } = await circleOfThreads(rig, names);
      const answer = clients[0]!.req('go');
      const warning = await Promise.race(tasks.map((task) => task.nextMessage()));
      equal(namesIn(warning as DeadlockWarning), [...names].sort());
      for (const task of tasks) task.send('open');
      equal(await answer, 'passed');
    });
  }

  check('a circle that begins later is reported', async () => {
    const actors = circleOf(['one', 'two']);
    const answers = actors.map(({ client }) => client.req('go'));
    await Promise.race(actors.map(({ warned }) => warned));
    for (const each of actors) each.open();
    equal(await Promise.all(answers), ['passed', 'passed']);
  });

  check('actors that are behind a circle do not report it', async () => {
    const [outside, ...circle] = ['outside', 'one', 'two'].map((name) =>
      passing({ ...DEADLOCK, name }),
    );
    outside!.passesTo(circle[0]!);
    circle[0]!.passesTo(circle[1]!);
    circle[1]!.passesTo(circle[0]!);
    const [warning, ...others] = await reportsOf([outside!, ...circle]);
    equal(others, []);
    equal(namesIn(warning!), ['one', 'two']);
    equal(outside!.warnings, []);
  });

  check('a handler that works on a request waits for more than the mailbox', async () => {
    const one = passing({ ...DEADLOCK, name: 'one' });
    const many = passing({ ...DEADLOCK, name: 'many', concurrency: Infinity });
    one.passesTo(many);
    many.passesTo(one);
    const [warning] = await reportsOf([one, many]);
    equal(namesIn(warning!), ['many', 'one']);
  });

  check('init() that waits for its own actor is reported', async () => {
    const gate = new Gate();
    const warned = new Gate();
    const { client } = spawn(
      {
        init: async (self: { upgrade(): Promise<Client<never, string, string> | undefined> }) => {
          const own = await self.upgrade();
          const asked = outer.req('own');
          await Promise.race([asked, gate.opened]);
          own?.close();
        },
        req: (_msg: string, rctx: { reply(value: string): boolean }) => {
          rctx.reply('ready');
        },
      },
      {
        ...DEADLOCK,
        onWarning: ({ circle }) => {
          equal(circle[0]!.handles, 'init()');
          warned.open();
        },
      },
    );
    const outer = keep(closeAtEnd(client));
    const answer = outer.req('waits');
    if (carriesContext()) await warned.opened;
    gate.open();
    equal(await answer, 'ready');
  });

  check('methods are named', async () => {
    const gate = new Gate();
    const warned = new Gate<string>();
    const self = remote<{ ask(): Promise<string> }>(
      keep(
        closeAtEnd(
          spawn(
            actor({
              ask: (): Promise<string> =>
                Promise.race([self.req.ask(), gate.opened.then(() => 'asked')]),
            }),
            {
              ...DEADLOCK,
              onWarning: ({ message }) => {
                warned.open(message);
              },
            },
          ).client,
        ),
      ) as never,
    );
    const answer = self.req.ask();
    const message = await warned.opened;
    gate.open();
    equal(await answer, 'asked');
    ok(/^deadlock: an actor \(request ask\(\), for \d+ ms\) waits/.test(message), message);
  });

  check('a request that follows an await counts where the runtime can tell', async () => {
    if (!carriesContext()) return;
    const [only] = circleOf(['alone']);
    only!.pass = async (to, msg) => {
      await turns();
      return to.req(msg);
    };
    const [warning] = await reportsOf([only!]);
    equal(namesIn(warning!), ['alone']);
  });

  check('actors without the option, or that wait for no circle, are not reported', async () => {
    await reportsNothing(circleOf(['one', 'two'], {}));
    const [first] = circleOf(['with', 'without']);
    const without = passing({ name: 'without' });
    first!.passesTo(without);
    without.passesTo(first!);
    await reportsNothing([first!, without]);
    const slow = passing({ ...DEADLOCK, name: 'slow' });
    const waits = passing({ ...DEADLOCK, name: 'waits' });
    const never = new Gate();
    slow.passesTo(waits);
    slow.pass = () => never.opened;
    waits.passesTo(slow);
    await reportsNothing([waits, slow]);
  });

  check('a request that is given up by itself is not reported', async () => {
    for (const limit of [{ timeout: 60_000 }, { signal: new AbortController().signal }]) {
      const actors = circleOf(['one', 'two']);
      actors[1]!.pass = (to, msg) => to.req(msg, limit);
      await reportsNothing(actors);
    }
  });

  check('a handler that waits for several replies is not reported', async () => {
    const [one, two, three] = circleOf(['one', 'two', 'three']);
    one!.passesTo(two!, three!);
    two!.passesTo(one!);
    three!.passesTo(one!);
    await reportsNothing([one!, two!, three!]);
  });

  check('an actor that handles several messages at a time goes on', async () => {
    const actors = circleOf(['one', 'two'], { ...DEADLOCK, concurrency: 2 });
    const { client } = actors[0]!;
    actors[0]!.pass = (to, msg) => (msg === 'go' ? to.req('again') : Promise.resolve());
    equal(await client.req('go'), 'passed');
    await reportsNothing(actors);
  });

  check('by default the warning is shown on the console', async () => {
    const gate = new Gate();
    const warned = new Gate<unknown>();
    const { warn } = console;
    console.warn = (message: unknown) => {
      warned.open(message);
    };
    try {
      const { client } = spawn(
        {
          req: async (msg: string, rctx: { reply(value: string): boolean }) => {
            await Promise.race([own.req(msg), gate.opened]);
            rctx.reply('done');
          },
        },
        { ...DEADLOCK, name: 'shown' },
      );
      const own = keep(closeAtEnd(client)) as unknown as Client<never, string, string>;
      const answer = own.req('go');
      const message = await warned.opened;
      ok(String(message).includes('shown'), String(message));
      gate.open();
      equal(await answer, 'done');
    } finally {
      console.warn = warn;
    }
  });

  check('invalid options of the report are refused', async () => {
    const { server, client } = pair();
    const bad: readonly object[] = [
      ...[0, -1, NaN, Infinity, '5', null].map((deadlockAfter) => ({ deadlockAfter })),
      { onWarning: 'warn' },
      { name: 5 },
    ];
    for (const options of bad) {
      throws(() => spawn({}, options), 'InvalidArgument');
      throws(() => void serve(server, {}, options), 'InvalidArgument');
      throws(() => void serveWorker(() => ({}), options), 'InvalidArgument');
    }
    client.close();
  });
});
