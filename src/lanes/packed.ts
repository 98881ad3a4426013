import type { Lane, Transport, WorkingLane } from '../core/internal.js';
import { LaneTransport } from './lane-transport.js';

/**
 * A lane that carries many small messages faster than the platform does. Values are encoded at the
 * call, and what is sent within one turn of the event loop travels as one message. The first
 * message of a turn leaves at once, so that a lone request takes no longer.
 *
 * The client asks for the lane, and the server offers it:
 *
 * @example
 * ```ts
 * const client = connect(worker, { lane: packed() });
 * const server = listen(undefined, { lanes: [packed()] }); // in the worker
 * ```
 *
 * What the encoding does not know (ports, streams, objects of classes, and the like) travels as it
 * does without a lane, in its turn.
 */
export const packed = (): Lane => ({ ...lane });

const lane: WorkingLane = {
  name: 'packed',
  over(transport, isWish) {
    return over(transport, [this], isWish);
  },
  among: (lanes) => ({ ...lane, over: (transport, isWish) => over(transport, lanes, isWish) }),
};

const over = (transport: Transport, lanes: readonly Lane[], isWish = false): Transport =>
  transport instanceof LaneTransport ? transport : new LaneTransport(transport, lanes, isWish);
