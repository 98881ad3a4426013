// Draws what the benchmark has measured: for each place and scenario the paired ratios, by engine
// and contender. Run by itself it writes the picture of a report to standard output.
import { readFileSync } from 'node:fs';
import * as vega from 'vega';
import { compile } from 'vega-lite';

const WIDTH = 190;
/** The height of a row of dots. */
const STEP = 20;
const TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1, 1.25, 1.5, 2, 3, 5, 10, 20, 50];
const COLOURS = {
  raw: '#8a8a8a',
  'raw-loop': '#4d7c0f',
  ump: '#0b62c4',
  'ump to raw-loop': '#0b62c4',
  comlink: '#c2410c',
  penpal: '#7c3aed',
  'raw-port': '#8a8a8a',
  'ump-port': '#0b62c4',
};

const CONFIG = {
  font: 'sans-serif',
  title: { anchor: 'start', fontSize: 13, subtitleColor: '#555', offset: 4 },
  header: { labelFontSize: 11, labelFontWeight: 'bold', labelPadding: 4 },
  axis: { labelFontSize: 11, gridColor: '#e5e5e5' },
  // A sentence for each dot would be most of the file; the tables have them all.
  aria: false,
};

const titleOf = ({ place, scenario }) => `${place}, ${scenario}`;
const unique = (values) => [...new Set(values)];

/** One row of panels, an engine each, on one scale. */
function row(values, engines) {
  const [first] = values;
  const better = first.measure === 'time' ? 'time: less is better' : 'throughput: more is better';
  const contenders = unique(values.map(({ contender }) => contender));
  const y = { field: 'contender', type: 'nominal', sort: contenders, title: null };
  const x = {
    type: 'quantitative',
    title: null,
    // Half of raw is as far from it as twice.
    scale: { type: 'log', nice: false, padding: 8 },
    axis: { values: TICKS, format: '~r', labelOverlap: 'greedy' },
  };
  const color = {
    field: 'contender',
    scale: { domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
    legend: null,
  };
  return {
    title: { text: titleOf(first), subtitle: `${better}; 1 is by hand` },
    data: { values },
    facet: { column: { field: 'engine', sort: engines, title: null } },
    spec: {
      width: WIDTH,
      height: { step: STEP },
      layer: [
        {
          mark: { type: 'rule', color: '#444', strokeDash: [4, 3] },
          encoding: { x: { datum: 1 } },
        },
        {
          mark: { type: 'rule', strokeWidth: 3, opacity: 0.45 },
          encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' }, color },
        },
        {
          mark: { type: 'point', filled: true, size: 60, opacity: 1 },
          encoding: { y, x: { ...x, field: 'median' }, color },
        },
      ],
    },
  };
}

/** @returns {Promise<string>} an SVG */
export async function plot(report) {
  const engines = Object.keys(report.engines);
  const values = engines.flatMap((engine) =>
    report.engines[engine].map(({ place, scenario, contender, measure, pairedRatios }) => ({
      ...{ engine, place, scenario, contender, measure },
      ...pairedRatios,
    })),
  );
  const titles = unique(values.map(titleOf));
  const rows = titles.map((title) => values.filter((value) => titleOf(value) === title));
  const spec = {
    background: '#ffffff',
    config: CONFIG,
    padding: 16,
    vconcat: rows.map((each) => row(each, engines)),
    resolve: { scale: { x: 'independent' } },
  };
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' });
  return `${await view.toSVG()}\n`;
}

const [, script, file] = process.argv;
if (script === import.meta.filename) {
  process.stdout.write(await plot(JSON.parse(readFileSync(file, 'utf8'))));
}
