/** Supervisors of actors in one thread; those in threads of their own are in restarts.ts. */
import type { ReplyContext } from 'ump-ng';
import {
  actor,
  remote,
  spawn,
  stop,
  supervise,
  type ChildSpec,
  type Spawned,
  type SupervisorEvent,
} from 'ump-ng/actors';
import { equal, fails, ok, throws } from '../../assertions.js';
import { isPending } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import { FOREVER, Gate, reporting, turns, until } from '../../utilities.js';

type Command = 'run' | 'crash' | 'end' | 'hold' | 'deaf';

/** Children that carry out commands, and a log of their starts and ends. */
class Nursery {
  readonly log: string[] = [];
  readonly held: ReplyContext<string>[] = [];

  child(name: string, how: Omit<ChildSpec, 'start'> = {}) {
    return { ...how, start: () => this.start(name) };
  }

  start(name: string): Spawned<string, Command, string, never, string> & { kill(): void } {
    this.log.push(`+${name}`);
    let deaf = false;
    const killed = new Gate();
    const spawned = spawn<string, Command, string, never, string>(
      {
        post: (text) => void this.log.push(`${name}: ${text}`),
        req: (command, rctx) => {
          if (command === 'crash') throw new Error(`${name} crashed`);
          if (command === 'hold') this.held.push(rctx);
          else rctx.reply(`${name} ${command}`);
          if (command === 'deaf') deaf = true;
          return command === 'end' ? stop('enough') : undefined;
        },
        term: () => {
          if (!deaf) this.log.push(`-${name}`);
          // A deaf child ignores stop().
          return deaf ? killed.opened : undefined;
        },
      },
      {
        onError: (error) => {
          throw error;
        },
      },
    );
    return {
      ...spawned,
      kill: () => {
        this.log.push(`killed ${name}`);
        killed.open();
      },
    };
  }
}

const three = (nursery: Nursery, how?: Omit<ChildSpec, 'start'>) => ({
  a: nursery.child('a', how),
  b: nursery.child('b', how),
  c: nursery.child('c', how),
});

const types = (events: SupervisorEvent[]): string[] =>
  events.map((event) => ('child' in event ? `${event.type} ${event.child}` : event.type));

export const supervision = theme('actors: supervision', (check) => {
  check('children are started in order, and stopped in reverse order', async () => {
    const nursery = new Nursery();
    const supervisor = supervise(three(nursery));
    const { children, done } = supervisor;
    equal(await children.a.req('run'), 'a run');
    equal(await children.c.req('run'), 'c run');
    equal(nursery.log, ['+a', '+b', '+c']);
    await supervisor.stop();
    await done;
    equal(nursery.log.slice(3), ['-c', '-b', '-a']);
  });

  for (const [strategy, log] of [
    ['one-for-one', ['-b', 'killed b', '+b']],
    ['one-for-all', ['-b', 'killed b', '-c', '-a', '+a', '+b', '+c']],
    ['rest-for-one', ['-b', 'killed b', '-c', '+b', '+c']],
  ] as const) {
    check(`${strategy}: which children are restarted`, async () => {
      const nursery = new Nursery();
      const supervisor = supervise(three(nursery), { strategy });
      const { a, b, c } = supervisor.children;
      await Promise.all([a.req('run'), b.req('run'), c.req('run')]);
      await fails(b.req('crash'), 'HandlerFailed');
      equal(await b.req('run'), 'b run');
      equal(await a.req('run'), 'a run');
      equal(await c.req('run'), 'c run');
      equal(nursery.log.slice(3), log);
      await supervisor.stop();
    });
  }

  check('a child that is stopped returns unread calls, before later ones are taken', async () => {
    const gate = new Gate();
    const order: string[] = [];
    const slow = (): Spawned<string, string, string, never, string> =>
      spawn({
        post: (text) => void order.push(text),
        req: async (text, rctx) => {
          order.push(text);
          if (text === 'slow') await gate.opened;
          rctx.reply(text);
          return text === 'quit' ? stop('by itself') : undefined;
        },
      });
    const nursery = new Nursery();
    const children = { a: { start: slow }, b: nursery.child('b') };
    const supervisor = supervise(children, { strategy: 'one-for-all' });
    const { a, b } = supervisor.children;
    const calls = [a.req('slow'), a.req('quit'), a.req('unread')];
    await until(() => order.length > 0);
    await b.req('end');
    await until(() => nursery.log.includes('-b'));
    await turns(2);
    a.post('while it stops');
    calls.push(a.req('and last'));
    gate.open();
    equal(await Promise.all(calls), ['slow', 'quit', 'unread', 'and last']);
    equal(order, ['slow', 'quit', 'unread', 'while it stops', 'and last']);
    await supervisor.stop();
  });

  check('calls wait while a child is down, in order, with their arguments copied', async () => {
    const nursery = new Nursery();
    let go!: () => void;
    const supervisor = supervise({
      a: {
        start: async () => {
          await new Promise<void>((resolve) => (go = resolve));
          return nursery.start('a');
        },
      },
    });
    const { a } = supervisor.children;
    a.post('first');
    const answer = a.req('run');
    a.post('last');
    const deferred = a.reqDeferred('run');
    const room = a.ready();
    ok(await isPending(Promise.race([answer, room])), 'it settled without a child');
    go();
    equal([await answer, await deferred.wait()], ['a run', 'a run']);
    await room;
    equal(nursery.log, ['+a', 'a: first', 'a: last']);
    await supervisor.stop();
  });

  check('a waiting call can be cancelled, and an uncloneable argument fails at once', async () => {
    const supervisor = supervise({
      a: {
        start: () =>
          new Promise<Spawned<unknown, unknown, unknown, never, unknown>>(() => undefined),
      },
    });
    const { a } = supervisor.children;
    await fails(a.req(1, { timeout: 1 }), 'Timeout');
    const controller = new AbortController();
    const given = fails(a.req(2, { signal: controller.signal }), 'Aborted');
    controller.abort();
    await given;
    await fails(a.req(3, { signal: AbortSignal.abort() }), 'Aborted');
    ok((await fails(a.req({ deep: () => 1 }), 'DataClone')).message.includes('deep'), 'no path');
    throws(() => {
      a.post(() => 1);
    }, 'DataClone');
    const buffer = new ArrayBuffer(8);
    const moved = a.req(buffer, { transfer: [buffer], timeout: 1 });
    equal(buffer.byteLength, 0);
    await fails(moved, 'Timeout');
    await fails(a.req(4, { timeout: -1 }), 'InvalidArgument');
  });

  check('an invalid `idempotent` is refused at the call', async () => {
    const supervisor = supervise({ a: new Nursery().child('a') });
    const { a } = supervisor.children;
    for (const idempotent of [-1, 0.5, NaN])
      await fails(a.req('run', { idempotent }), 'InvalidArgument');
    const buffer = new ArrayBuffer(8);
    await fails(a.req('run', { idempotent: 1, transfer: [buffer] }), 'InvalidArgument');
    equal(buffer.byteLength, 8);
    await supervisor.stop();
  });

  for (const [restart, crashing, ending] of [
    ['permanent', true, true],
    ['transient', true, false],
    ['temporary', false, false],
  ] as const) {
    check(`a ${restart} child`, async () => {
      for (const [how, again] of [
        ['crash', crashing],
        ['end', ending],
      ] as const) {
        const nursery = new Nursery();
        const supervisor = supervise({ a: nursery.child('a', { restart }), b: nursery.child('b') });
        const { a, b } = supervisor.children;
        await a.tryReq(how);
        if (again) equal(await a.req('run'), 'a run');
        else {
          equal((await a.closed).code, 'ServerDisappeared');
          await fails(a.req('run'), 'ServerDisappeared');
          throws(() => {
            a.post('too late');
          }, 'ServerDisappeared');
        }
        equal(await b.req('run'), 'b run');
        await supervisor.stop();
      }
    });
  }

  check('a temporary child that ends during a restart of others is not started again', async () => {
    const nursery = new Nursery();
    const ends = new Map<string, () => void>();
    const starts: string[] = [];
    const child = (name: string, stopping?: () => Promise<void>) => ({
      start: () => {
        starts.push(name);
        const done = new Promise<void>((resolve) => void ends.set(name, resolve));
        return { client: spawn({}).client, done, stop: () => void stopping?.() };
      },
    });
    const supervisor = supervise(
      {
        a: nursery.child('a'),
        b: { ...child('b'), restart: 'temporary' },
        c: child('c', async () => {
          ends.get('b')?.();
          await turns(2);
          ends.get('c')?.();
        }),
      },
      { strategy: 'one-for-all' },
    );
    await supervisor.children.a.tryReq('crash');
    equal(await supervisor.children.a.req('run'), 'a run');
    await until(() => starts.filter((name) => name === 'c').length === 2);
    equal(starts.join(), 'b,c,c');
    equal((await supervisor.children.b.closed).code, 'ServerDisappeared');
    supervisor.kill();
    await supervisor.done;
  });

  check('a supervisor gives up after too many restarts, and all calls fail', async () => {
    const nursery = new Nursery();
    const events: SupervisorEvent[] = [];
    const { children, done } = supervise(three(nursery), {
      intensity: { restarts: 2, within: 60_000 },
      onEvent: (event) => events.push(event),
    });
    await children.c.req('run');
    for (let n = 0; n < 2; n++) await fails(children.b.req('crash'), 'HandlerFailed');
    const waiting = fails(children.a.req('hold'), 'ServerDisappeared');
    await until(() => nursery.held.length === 1);
    await fails(children.b.req('crash'), 'HandlerFailed');
    const error = await fails(done, 'ServerDisappeared');
    ok(error.message.includes('2 restarts within 60000 ms'), error.message);
    equal((error.cause as Error).message, 'b crashed');
    for (const child of Object.values(children)) {
      await fails(child.req('run'), 'ServerDisappeared');
    }
    // It got time to end, and its calls are no longer answered.
    nursery.held[0]!.reply('late');
    await waiting.catch(() => undefined);
    equal(types(events).slice(-3), ['gave up b', 'stopped c', 'stopped a']);
  });

  check('restarts outside the period do not count', async () => {
    const nursery = new Nursery();
    const supervisor = supervise(
      { a: nursery.child('a') },
      { intensity: { restarts: 1, within: 0 } },
    );
    const { a } = supervisor.children;
    for (let n = 0; n < 5; n++) {
      await fails(a.req('crash'), 'HandlerFailed');
      // Time has passed.
      const before = Date.now();
      await until(() => Date.now() > before + 1);
      equal(await a.req('run'), 'a run');
    }
    await supervisor.stop();
  });

  check('backoff increases with each restart', async () => {
    const nursery = new Nursery();
    const pauses: number[] = [];
    const supervisor = supervise(
      { a: nursery.child('a') },
      {
        intensity: { restarts: 9, within: 60_000 },
        backoff: { initial: 1, max: 5 },
        onEvent: (event) => {
          if (event.type === 'restarting') pauses.push(event.after);
        },
      },
    );
    for (let n = 0; n < 5; n++) await supervisor.children.a.tryReq('crash');
    equal(await supervisor.children.a.req('run'), 'a run');
    equal(pauses, [1, 2, 4, 5, 5]);
    await supervisor.stop();
  });

  check('a start that fails counts as a failure', async () => {
    let times = 0;
    const nursery = new Nursery();
    const supervisor = supervise({
      a: {
        start: () => {
          if (++times < 3) throw new Error('not yet');
          return nursery.start('a');
        },
      },
    });
    equal(await supervisor.children.a.req('run'), 'a run');
    equal(times, 3);
    await supervisor.stop();
    const never = supervise({ a: { start: () => Promise.reject(new Error('never')) } });
    equal(((await fails(never.done, 'ServerDisappeared')).cause as Error).message, 'never');
  });

  check('stop() lets a child finish its calls, and refuses new calls', async () => {
    const nursery = new Nursery();
    const supervisor = supervise({ a: nursery.child('a') });
    const { a } = supervisor.children;
    const pending = a.req('hold');
    await until(() => nursery.held.length === 1);
    const over = supervisor.stop();
    await fails(a.req('run'), 'ServerDisappeared');
    nursery.held[0]!.reply('at last');
    equal(await pending, 'at last');
    await over;
    equal(nursery.log, ['+a', '-a']);
    await supervisor.stop();
  });

  check('a child that does not end in time is killed', async () => {
    const nursery = new Nursery();
    const events: SupervisorEvent[] = [];
    const supervisor = supervise(
      { a: nursery.child('a', { shutdown: 1 }), b: nursery.child('b', { shutdown: 0 }) },
      { onEvent: (event) => events.push(event) },
    );
    equal(await supervisor.children.a.req('deaf'), 'a deaf');
    await supervisor.children.b.req('run');
    await supervisor.stop();
    equal(
      nursery.log.filter((line) => line.startsWith('killed')),
      ['killed b', 'killed a'],
    );
    equal(
      events.filter(({ type }) => type === 'stopped'),
      [
        { type: 'stopped', child: 'b', killed: true },
        { type: 'stopped', child: 'a', killed: true },
      ],
    );
  });

  check('kill() does not wait, even for a stop() that does', async () => {
    const nursery = new Nursery();
    const supervisor = supervise({ a: nursery.child('a', { shutdown: 1_000_000 }) });
    await supervisor.children.a.req('run');
    const over = supervisor.stop();
    supervisor.kill();
    await over;
    ok(nursery.log.includes('killed a'), nursery.log.join());
  });

  check('kill() during stop() fulfils done only when the child has ended', async () => {
    const killed = new Gate();
    const ended = new Gate();
    const events: string[] = [];
    const supervisor = supervise(
      {
        a: {
          shutdown: 1_000_000,
          start: () => ({
            done: ended.opened,
            kill: () => {
              killed.open();
            },
          }),
        },
      },
      { onEvent: ({ type }) => void events.push(type) },
    );
    await until(() => events.includes('started'));
    void supervisor.stop();
    await turns();
    supervisor.kill();
    await killed.opened;
    let isDone = false;
    void supervisor.done.then(() => {
      isDone = true;
    });
    await turns();
    equal(isDone, false);
    ended.open();
    await supervisor.done;
    equal(events, ['started', 'stopped', 'over']);
  });

  check('kill() does not wait for a child that never starts', async () => {
    const supervisor = supervise({
      a: {
        start: () =>
          new Promise<Spawned<unknown, unknown, unknown, never, unknown>>(() => undefined),
      },
    });
    const call = fails(supervisor.children.a.req(1), 'ServerDisappeared');
    await turns();
    supervisor.kill();
    await call;
    await supervisor.done;
  });

  check('a child whose stop() throws is killed', async () => {
    const nursery = new Nursery();
    const stopping = (): never => {
      throw new Error('part of the test');
    };
    const supervisor = supervise({
      a: nursery.child('a'),
      b: { shutdown: 1, start: () => ({ ...nursery.start('b'), stop: stopping }) },
    });
    await supervisor.children.b.req('run');
    await reporting(async (reported) => {
      await supervisor.stop();
      equal(reported.length, 1);
    });
    ok(nursery.log.includes('killed b') && nursery.log.includes('-a'), nursery.log.join());
  });

  check('a supervisor that gives up is restarted by its parent', async () => {
    const nursery = new Nursery();
    const events: SupervisorEvent[] = [];
    const tree = supervise(
      {
        lower: {
          start: () => {
            const inner = supervise(
              { a: nursery.child('a') },
              { intensity: { restarts: 0, within: 1000 } },
            );
            return {
              client: inner.children.a,
              done: inner.done,
              stop: () => inner.stop(),
              kill: () => {
                inner.kill();
              },
            };
          },
        },
      },
      { onEvent: (event) => events.push(event) },
    );
    const { lower } = tree.children;
    equal(await lower.req('run'), 'a run');
    await fails(lower.req('crash'), 'HandlerFailed');
    equal(await lower.req('run', { idempotent: 3 }), 'a run');
    await tree.stop();
    equal(types(events), [
      'started lower',
      'ended lower',
      'restarting lower',
      'started lower',
      'stopped lower',
      'over',
    ]);
    equal(
      nursery.log.filter((line) => !line.startsWith('killed')),
      ['+a', '-a', '+a', '-a'],
    );
  });

  check(
    'events report every change; a listener that throws does not stop the supervisor',
    async () => {
      const nursery = new Nursery();
      const events: SupervisorEvent[] = [];
      const supervisor = supervise({ a: nursery.child('a') });
      const leave = supervisor.onEvent((event) => events.push(event));
      await supervisor.children.a.req('run');
      await supervisor.children.a.tryReq('crash');
      await supervisor.children.a.req('run');
      equal(
        events.map(({ type }) => type),
        ['started', 'ended', 'restarting', 'started'],
      );
      const [, ended, restarting, started] = events as [
        unknown,
        { error: Error },
        { after: number; with: string[] },
        { restarts: number },
      ];
      equal([ended.error.message, restarting.after, restarting.with], ['a crashed', 0, []]);
      equal(started.restarts, 1);
      leave();
      await supervisor.stop();
      equal(events.length, 4);
    },
  );

  check('invalid options are refused', async () => {
    for (const options of [
      { intensity: { restarts: -1, within: 1 } },
      { intensity: { restarts: 1, within: NaN } },
      { backoff: { initial: -1 } },
      { backoff: { initial: 1, max: -1 } },
    ]) {
      throws(() => supervise({}, options), 'InvalidArgument');
    }
    throws(() => supervise({}, { strategy: 'all-for-one' as never }), 'InvalidArgument');
    await supervise({}).stop();
  });

  check('a child that never starts again does not delay other children', async () => {
    const nursery = new Nursery();
    const starts: (() => Promise<ReturnType<Nursery['start']>>)[] = [
      () => Promise.resolve(nursery.start('a')),
      () => FOREVER,
    ];
    const supervisor = supervise({
      a: { start: () => starts.shift()!(), shutdown: 0 },
      b: nursery.child('b'),
    });
    const { a, b } = supervisor.children;
    await a.req('end');
    await until(() => starts.length === 0);
    await b.req('end');
    equal(await b.req('run'), 'b run');
    supervisor.kill();
    await supervisor.done;
  });

  check('stop() does not wait for a start, or for a pause before one', async () => {
    const never = supervise({
      a: { start: () => new Promise<Spawned<never, never, never, never, never>>(() => undefined) },
    });
    await never.stop();

    const nursery = new Nursery();
    const events: SupervisorEvent[] = [];
    const supervisor = supervise(
      { a: nursery.child('a'), b: nursery.child('b') },
      {
        strategy: 'one-for-all',
        backoff: { initial: 2 ** 30, max: 2 ** 30 },
        onEvent: (event) => events.push(event),
      },
    );
    await supervisor.children.a.req('end');
    await until(() => events.some(({ type }) => type === 'restarting'));
    await supervisor.stop();
    equal(nursery.log, ['+a', '+b', '-a', '-b']);
  });

  check('a start() that returns nothing counts as a failure', async () => {
    const supervisor = supervise(
      { a: { start: () => undefined as never } },
      { intensity: { restarts: 0, within: 1000 } },
    );
    const { cause } = await fails(supervisor.done, 'ServerDisappeared');
    equal((cause as { code?: unknown }).code, 'InvalidArgument');
  });

  check('a child that starts after the supervisor has stopped is ended', async () => {
    const begin = new Gate();
    const asked = new Gate();
    const begun = new Gate();
    const supervisor = supervise({
      late: {
        start: async () => {
          begun.open();
          await begin.opened;
          return { done: Promise.reject(new Error('of the late child')), stop: asked.open };
        },
      },
    });
    await begun.opened;
    supervisor.kill();
    await supervisor.done;
    begin.open();
    await asked.opened;
    // Its rejected `done` is no unhandled rejection.
    await turns();
  });

  check('shutdown can be Infinity', async () => {
    const nursery = new Nursery();
    const supervisor = supervise({ a: nursery.child('a', { shutdown: Infinity }) });
    await supervisor.children.a.req('run');
    await supervisor.stop();
    equal(nursery.log, ['+a', '-a']);
  });

  check('kill() while the supervisor gives up does not hide the failure', async () => {
    const nursery = new Nursery();
    const events: string[] = [];
    const ended = new Gate();
    const deaf = { done: ended.opened, stop: () => undefined, kill: ended.open };
    const supervisor = supervise(
      { a: nursery.child('a'), b: { start: () => deaf, shutdown: 2 ** 30 } },
      { intensity: { restarts: 0, within: 1000 }, onEvent: ({ type }) => events.push(type) },
    );
    await supervisor.children.a.req('end');
    await until(() => events.includes('gave up'));
    supervisor.kill();
    await fails(supervisor.done, 'ServerDisappeared');
    equal(events.includes('over'), false);
  });

  check('calls of methods can be idempotent', async () => {
    let started = 0;
    const counter = (number: number) => actor({ req: { end: () => stop(), number: () => number } });
    const supervisor = supervise({ counter: { start: () => spawn(counter(++started)) } });
    const once = remote<ReturnType<typeof counter>>(supervisor.children.counter);
    equal(await once.req.number(), 1);
    const again = once.with({ idempotent: 1 }).req;
    const calls = [once.req.end(), again.number(), once.req.number()];
    equal(await Promise.all(calls), [undefined, 2, 2]);
    await fails(once.with({ idempotent: -1 }).req.number(), 'InvalidArgument');
    await supervisor.stop();
  });

  check('a child whose starts fail again and again leaves the thread its event loop', async () => {
    let tries = 0;
    const supervisor = supervise(
      {
        a: {
          start: () => {
            if (++tries <= 20) throw new Error('not yet');
            return new Nursery().start('a');
          },
        },
      },
      { intensity: { restarts: Infinity, within: 1000 } },
    );
    await turns(1);
    ok(tries < 20, 'all starts came in one turn');
    equal(await supervisor.children.a.req('run'), 'a run');
    await supervisor.stop();
  });
});
