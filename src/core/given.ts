/**
 * Ports of this package that were given to the user, to be sent to another thread. Where ports do
 * not tell of a death, the line's other end must know which agent has such a port, or it would wait
 * without end when that agent dies. So the agent that has the port says so through the port itself
 * until it is taken up: at first the agent that made it, then each agent that it is sent to, before
 * it leaves and when it arrives there. The other end watches the agent that it was told of last,
 * until it hears a HELLO: see Line.doubt().
 */
import { isPort } from './judge.js';
import { asUserPort, life } from './link.js';
import type { MessagePort, WorkingPort } from './platform.js';
import { GIVEN, LIFE, type Frame } from './wire.js';

type Also = (holder: string, giver: string | undefined) => void;

/** Those that this agent has, or has sent on, and another way to tell where they are. */
const given = new WeakMap<object, Also | undefined>();

/** Does nothing once the port has left. */
const tell = (port: object, ...[holder, giver]: Partial<Parameters<Also>>): void => {
  if (holder !== undefined) {
    (port as WorkingPort).postMessage([LIFE, undefined, holder, undefined, undefined, giver]);
  }
};

/** The port is in this agent, and the user may send it on. */
function note(port: object): void {
  given.set(port, undefined);
  tell(port, life()?.name);
}

/**
 * For the user. Most send it on at once: then this agent need not be told of. `also`: another way
 * to tell of the next agent; Firefox may lose what is sent by a port whose other end has only just
 * been sent away.
 */
export function give(port: WorkingPort, also?: Also): MessagePort {
  if (life() !== undefined) {
    given.set(port, also);
    void Promise.resolve().then(() => {
      tell(port, life()?.name);
    });
  }
  return asUserPort(port);
}

/** Which ones of a transfer list are such ports; undefined: none. */
export function givenIn(transfer: readonly object[]): number[] | undefined {
  const places: number[] = [];
  for (const [at, port] of transfer.entries()) if (given.has(port)) places.push(at);
  return places.length === 0 ? undefined : places;
}

/**
 * These ports are about to go to that agent; while it is not known, they are as good as here.
 * `giver`: this agent, if the next one will say that they have arrived: what is sent in an agent's
 * last moment may be lost.
 */
export function sendOn(ports: readonly object[], holder = life()?.name, giver?: string): void {
  for (const port of ports) {
    if (holder === undefined || !given.has(port)) continue;
    tell(port, holder, giver);
    given.get(port)?.(holder, giver);
  }
}

/** A message was cloned, and what it moves has moved into the clone. */
export function movedInto(before: readonly object[] = [], after: readonly object[] = []): void {
  for (const [at, port] of after.entries()) {
    if (given.has(before[at] ?? port)) note(port);
  }
}

/** A frame has come in, or was cloned to be sent later. */
export function arrived(frame: Frame): void {
  const places = frame[GIVEN] as readonly unknown[] | undefined;
  for (const at of places ?? []) {
    const port = (frame[3] as readonly unknown[] | undefined)?.[at as number];
    // A list that names one port many times makes this agent say so once.
    if (life() !== undefined && isPort(port) && !given.has(port as object)) note(port as object);
  }
}
