// Draws the samples of a soak.
import * as vega from 'vega';
import { compile } from 'vega-lite';
import { blockMedians } from './trend.mjs';
import { countSeries, latencySeries } from './verdict.mjs';

/** The sizes of a panel over the whole width, and of one of three in a row. */
const WIDE = { width: 700, height: 140 };
const SMALL = { width: 190, height: 90 };
const COLUMNS = 3;
/** The number of points of a line; each is the median of a block of samples. */
const POINTS = 60;
const MIB = 2 ** 20;
const PERCENTILES = ['p50', 'p90', 'p99', 'max'];
const POWERS_OF_TEN = [0.01, 0.1, 1, 10, 100, 1000, 10_000];

const CONFIG = {
  font: 'sans-serif',
  title: { anchor: 'start', fontSize: 12, subtitleColor: '#555', offset: 6 },
  axis: {
    ...{ labelFontSize: 10, titleFontSize: 10, titleFontWeight: 'normal', gridColor: '#e5e5e5' },
    ...{ tickCount: 5, titlePadding: 3 },
  },
  legend: {
    ...{ labelFontSize: 11, labelLimit: 240, title: null, orient: 'right' },
    ...{ symbolType: 'stroke', symbolStrokeWidth: 3 },
  },
  // A sentence for each point would be most of the file; the JSON file has them all.
  aria: false,
};

const endsWith =
  (...words) =>
  ({ name }) =>
    words.some((word) => name === word || name.endsWith(` ${word}`));

/** For a panel whose title says the last word. */
const withoutLastWord = (series) =>
  series.map(({ name, values }) => ({ name: name.slice(0, name.lastIndexOf(' ')), values }));

/** How many operations ended per second, by outcome. */
function outcomes(samples) {
  const rates = samples.map(({ kinds, seconds }) => {
    const rate = {};
    for (const { outcomes } of Object.values(kinds)) {
      for (const [outcome, count] of Object.entries(outcomes)) {
        rate[outcome] = (rate[outcome] ?? 0) + count / seconds;
      }
    }
    return rate;
  });
  const names = new Set(rates.flatMap(Object.keys));
  return [...names].map((name) => ({ name, values: rates.map((rate) => rate[name]) }));
}

/** What is counted, over the whole width. */
function countPanels(samples) {
  const counts = countSeries(samples);
  const all = [
    {
      title: 'Memory of all processes',
      unit: 'MiB',
      factor: 1 / MIB,
      series: counts.filter(endsWith('memory')),
    },
    {
      title: 'Heap of each thread, after a garbage collection',
      unit: 'MiB',
      factor: 1 / MIB,
      series: withoutLastWord(counts.filter(endsWith('heap'))),
    },
    {
      title: 'Objects of each thread, after a garbage collection',
      unit: 'number',
      series: withoutLastWord(counts.filter(endsWith('objects'))),
    },
    {
      title: 'Ports, transports and clients of each thread; what the process or the page holds',
      unit: 'number',
      series: counts.filter(
        endsWith(
          ...['ports', 'transports', 'clients', 'threads', 'handles', 'descriptors', 'locks'],
        ),
      ),
    },
    {
      title: 'Operations that ended, by outcome',
      unit: 'per second',
      log: true,
      series: outcomes(samples),
    },
  ];
  return all.filter(({ series }) => series.length > 0);
}

/** One for each kind of operation. */
function latencyPanels(samples) {
  const byPercentile = PERCENTILES.map((name) => ({ name, kinds: latencySeries(samples, name) }));
  const panels = byPercentile[0].kinds.map(({ name: kind }, at) => ({
    title: kind.slice(0, kind.lastIndexOf(' ')),
    unit: 'milliseconds',
    log: true,
    series: byPercentile.map(({ name, kinds }) => ({ name, values: kinds[at].values })),
  }));
  return panels.sort((a, b) => (a.title < b.title ? -1 : 1));
}

/** The points of the lines: minutes, and what is shown. */
function pointsOf({ factor = 1, log = false, series }, minutes) {
  return series.flatMap(({ name, values }) => {
    const known = values
      .map((value, at) => ({ value, minute: minutes[at] }))
      .filter(({ value }) => value !== undefined && (!log || value > 0));
    const x = blockMedians(
      known.map(({ minute }) => minute),
      POINTS,
    );
    const y = blockMedians(
      known.map(({ value }) => value),
      POINTS,
    );
    return x.map((minute, at) => ({
      series: name,
      minute: Number(minute.toFixed(2)),
      value: Number((y[at] * factor).toPrecision(4)),
    }));
  });
}

function draw(panel, minutes, size, hasLegend) {
  const { title, unit, log = false } = panel;
  return {
    title,
    ...size,
    data: { values: pointsOf(panel, minutes) },
    mark: { type: 'line', strokeWidth: 1.5, clip: true },
    encoding: {
      x: {
        field: 'minute',
        type: 'quantitative',
        title: 'minutes',
        scale: { domain: [0, minutes.at(-1)], nice: false },
        axis: { format: '~r' },
      },
      y: {
        field: 'value',
        type: 'quantitative',
        title: unit,
        ...(log && {
          scale: { type: 'log' },
          axis: { values: POWERS_OF_TEN, format: '~r' },
        }),
      },
      color: {
        field: 'series',
        type: 'nominal',
        sort: panel.series.map(({ name }) => name),
        scale: { scheme: 'tableau20' },
        ...(!hasLegend && { legend: null }),
      },
    },
  };
}

/** Three in a row; the legend of the last of a row is that of all. */
function grid(panels, minutes) {
  const rows = [];
  for (let at = 0; at < panels.length; at += COLUMNS) {
    const row = panels.slice(at, at + COLUMNS);
    rows.push({
      hconcat: row.map((panel, n) => draw(panel, minutes, SMALL, n === row.length - 1)),
      resolve: { scale: { color: 'independent' } },
    });
  }
  return rows;
}

/** Without what only scripts and screen readers would use: half of the file. */
const compact = (svg) =>
  svg
    .replace(/<path[^>]* d=""[^>]*\/>/g, '')
    .replace(/ (?:class|role|aria-[a-z]+|pointer-events|font-family)="[^"]*"/g, '')
    .replace('<svg ', '<svg font-family="sans-serif" ');

/** @returns {Promise<string>} an SVG */
export async function plot({ place, interval, samples }) {
  const minutes = samples.map(({ second }) => second / 60);
  const spec = {
    background: '#ffffff',
    config: CONFIG,
    padding: 16,
    spacing: 14,
    title: {
      text: `Soak on ${place}, ${Math.round(minutes.at(-1))} minutes`,
      subtitle:
        `A sample after every ${interval} seconds of load; each point is the median of ` +
        'neighbouring samples. Latencies of each kind of operation are at the end.',
      fontSize: 16,
    },
    vconcat: [
      ...countPanels(samples).map((panel) => draw(panel, minutes, WIDE, true)),
      ...grid(latencyPanels(samples), minutes),
    ],
    resolve: { scale: { color: 'independent' } },
  };
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' });
  return `${compact(await view.toSVG())}\n`;
}
