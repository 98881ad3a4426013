/** The callbacks, remote objects and streams of a scenario: each is let go of in the end. */
import type { Agent } from '../agent.js';
import type { Callback } from './library.js';

/** A callback that an actor holds. */
export interface Kept {
  /** The call in which it was passed. */
  readonly id: number;
  readonly agent: Agent;
  readonly call: Callback<[n: number], number>;
  isClosed: boolean;
}

/** A callback or an object, where it was made. */
export interface Made {
  readonly id: number;
  readonly agent: Agent;
  readonly what: string;
  isReleased: boolean;
}

/** A generator, where it runs. */
export interface Produced {
  readonly id: number;
  readonly agent: Agent;
  isOver: boolean;
}

export class References {
  readonly kept = new Set<Kept>();
  readonly made: Made[] = [];
  readonly streams: Produced[] = [];

  passed(id: number, agent: Agent): Made {
    return this.#add(id, agent, 'callback');
  }

  opened(id: number, agent: Agent): Made {
    return this.#add(id, agent, 'object');
  }

  #add(id: number, agent: Agent, what: string): Made {
    const made = { id, agent, what, isReleased: false };
    this.made.push(made);
    return made;
  }

  produces(id: number, agent: Agent): Produced {
    const stream = { id, agent, isOver: false };
    this.streams.push(stream);
    return stream;
  }

  /** Called in the agent that holds it. */
  letGo(kept: Kept): void {
    if (kept.isClosed) return;
    kept.isClosed = true;
    this.kept.delete(kept);
    kept.call.close();
  }

  /** Whether an agent that lives still holds what was passed in that call. */
  #isHeld(id: number): boolean {
    return [...this.kept].some((kept) => kept.id === id && kept.agent.isAlive);
  }

  /** After a time in which all has settled. */
  audit(): string[] {
    const unreleased = this.made.filter(
      ({ id, agent, isReleased }) => agent.isAlive && !isReleased && !this.#isHeld(id),
    );
    const running = this.streams.filter(({ agent, isOver }) => agent.isAlive && !isOver);
    return [
      ...unreleased.map(({ what, id }) => `the ${what} of call ${id} was not released`),
      ...running.map(({ id }) => `the stream of call ${id} has not ended`),
    ];
  }
}
