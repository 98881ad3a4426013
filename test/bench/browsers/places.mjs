/** The yardstick of each contender: the same transport, written by hand. */
const WORKER = {
  raw: 'raw',
  'raw-loop': 'raw',
  ump: 'raw',
  comlink: 'raw',
  'ump-comlink': 'comlink',
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

/**
 * Where an engine has bounds of its own: the ratio, and what it is compared with. In WebKit the
 * parts of `raw-loop` alone cost a tenth of the throughput.
 */
const BOUNDS_IN = {
  WebKit: {
    'small, 1000 in flight': { ratio: 0.9, yardstick: 'raw-loop' },
    '1 MiB transferred': { ratio: 1.15, yardstick: 'raw' },
  },
};

/** The places of the server: which contenders are compared there, and in which scenarios. */
export const places = [
  { place: 'worker', yardsticks: WORKER, isBound: true, has: () => true },
  ...['same-origin frame', 'cross-origin frame'].map((place) => ({
    place,
    yardsticks: FRAME,
    isBound: false,
    has: (scenario) => scenario in BOUNDS,
  })),
];

/** What `ump` is compared with in that engine, and the bound of each ratio. */
export function boundOf({ isBound }, engine, scenario) {
  if (!isBound) return undefined;
  const ratio = BOUNDS[scenario];
  return BOUNDS_IN[engine]?.[scenario] ?? (ratio && { ratio, yardstick: 'raw' });
}
