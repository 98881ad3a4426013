/** The messages between the agents of this example: plain data and ports. */
import type { MessagePort, UmpErrorCode } from 'ump-ng';
import type { Pixels, Point, Tile } from './mandelbrot.js';

export type Asking = 'page' | 'iframe A' | 'iframe B';
export type Helping = 'helper 1' | 'helper 2';
export type Name = Asking | Helping | 'server';

/** Identifies the call, so that each agent can report about it to the page. */
export interface Call {
  id: string;
  from: Asking;
  kind: 'light' | 'heavy';
}

/** From a client to the server. One point of the Mandelbrot set is quick, a whole tile is slow. */
export type Question =
  | { ask: 'point'; call: Call; point: Point; limit: number }
  | { ask: 'tile'; call: Call; tile: Tile };

export type TileQuestion = Extract<Question, { ask: 'tile' }>;

/** The reply to the client, from the server or from a helper. */
export type Answer = { ask: 'point'; steps: number } | { ask: 'tile'; pixels: Pixels };

/** From the server to a helper, which replies when it is idle. */
export type ToHelper =
  | { ask: 'ready' }
  /** `context` is the port of a moved ReplyContext. */
  | { ask: 'job'; question: TileQuestion; context: MessagePort };

/** From the page to each thread, before anything else. */
export interface Setup {
  type: 'setup';
  name: Name;
  /** The port of a PostClient, to which the agent reports. */
  events: MessagePort;
}

/** From the page to the server: a further helper. `helper` is the port of a Client. */
export type ToServer = Setup | { type: 'helper'; name: Helping; helper: MessagePort };

/** From the page to an iframe: its server. `service` is the port of a Client. */
export type ToIframe = Setup | { type: 'service'; service: MessagePort };

/** The outcome of a call, as its caller sees it. */
export type Outcome = 'value' | UmpErrorCode;

/** From every agent to the page, which draws it. */
export type Event = { call: Call } & (
  | { type: 'sent' }
  | { type: 'taken'; by: Name }
  | { type: 'handed'; by: Name; to: Helping }
  | { type: 'answered'; by: Name }
  /** Its `rctx.signal` has aborted. */
  | { type: 'abandoned'; by: Name }
  /** The agent was killed. The page itself reports this. */
  | { type: 'stopped'; by: Name }
  | { type: 'settled'; outcome: Outcome; ms: number }
);

/** Reports an event to the page. */
export type Tell = (event: Event) => void;
