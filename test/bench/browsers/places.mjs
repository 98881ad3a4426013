/** The yardstick of each contender: the same transport, written by hand. */
const WORKER = {
  raw: 'raw',
  'raw-loop': 'raw',
  ump: 'raw',
  comlink: 'raw',
  'raw-port': 'raw-port',
  'ump-port': 'raw-port',
};
const FRAME = { raw: 'raw', ump: 'raw', penpal: 'raw', comlink: 'raw' };

/** The ratio that the project promises for the Worker's own channel. */
const BOUNDS = {
  'small, 1 in flight': 1.15,
  'small, 1000 in flight': 0.95,
  '1 MiB transferred': 1.1,
};

/** The places of the server: which contenders are compared there, and in which scenarios. */
export const places = [
  { place: 'worker', yardsticks: WORKER, bounds: BOUNDS, has: () => true },
  ...['same-origin frame', 'cross-origin frame'].map((place) => ({
    place,
    yardsticks: FRAME,
    bounds: {},
    has: (scenario) => scenario in BOUNDS,
  })),
];
