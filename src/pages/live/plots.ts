import uPlot from 'uplot';
import type { LivePoint } from '../../report/live/frame.ts';
import { byId, make } from './dom.ts';
import { threeDigits } from './figures.ts';

/** strokes that differ in dash as well as in colour, of Okabe and Ito: for light pages, and for dark ones */
const pens = [
  { light: '#0072b2', dark: '#56b4e9', dash: [] },
  { light: '#b34700', dark: '#e69f00', dash: [8, 4] },
  { light: '#007a5a', dark: '#2fc79f', dash: [2, 3] },
  { light: '#a8518a', dark: '#e39cc6', dash: [10, 3, 2, 3] },
  { light: '#6b6b00', dark: '#f0e442', dash: [5, 2] },
  { light: '#333333', dark: '#dddddd', dash: [1, 4] },
] as const;

interface Chart {
  readonly title: string;
  readonly unit: string;
  /** of a point: a value a series; undefined leaves a gap */
  readonly series: (
    points: readonly LivePoint[],
  ) => readonly { readonly label: string; readonly values: (number | null)[] }[];
  readonly show: (value: number) => string;
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US');

const charts: readonly Chart[] = [
  {
    ...{ title: 'Throughput', unit: 'samples a second', show: count },
    series: (points) => [
      { label: 'throughput', values: points.map(({ samplesPerSecond }) => samplesPerSecond) },
    ],
  },
  {
    ...{ title: 'Latency', unit: 'ms from arrival to last update', show: threeDigits },
    series: (points) => [
      { label: 'p50', values: points.map(({ latencyMs }) => latencyMs.p50 || null) },
      { label: 'p99', values: points.map(({ latencyMs }) => latencyMs.p99 || null) },
    ],
  },
  {
    ...{
      title: 'Goodness separation',
      unit: 'positives − negatives, of each layer',
      show: (value) => value.toPrecision(3),
    },
    series: (points) =>
      layersOf(points).map((layer) => ({
        label: `layer ${layer}`,
        values: points.map(({ layers }) => separationOf(layers.find((one) => one.layer === layer))),
      })),
  },
  {
    ...{ title: 'Running accuracy', unit: '%', show: (value) => value.toFixed(1) },
    series: (points) => [
      { label: 'running', values: points.map(({ accuracy }) => (accuracy === null ? null : 100 * accuracy)) },
    ],
  },
];

function layersOf(points: readonly LivePoint[]): number[] {
  const found = points.at(-1)?.layers.filter((one) => separationOf(one) !== null) ?? [];
  return found.slice(0, pens.length).map(({ layer }) => layer);
}

function separationOf(layer: LivePoint['layers'][number] | undefined): number | null {
  const { positiveGoodness, negativeGoodness } = layer ?? {};
  if (positiveGoodness === undefined || negativeGoodness === undefined) return null;
  return positiveGoodness - negativeGoodness;
}

/** The curves of one network over its time. */
export class Plots {
  private readonly plots: {
    chart: Chart;
    holder: HTMLElement;
    words: HTMLElement;
    plot?: uPlot;
    labels: string;
  }[];
  private points: readonly LivePoint[] = [];

  constructor() {
    this.plots = charts.map((chart) => {
      const holder = make('div', { className: 'plot' });
      const words = make('p', { className: 'legend', text: '–' });
      const caption = make(
        'figcaption',
        {},
        make('strong', { text: chart.title }),
        make('span', { text: chart.unit }),
      );
      holder.setAttribute('aria-hidden', 'true');
      byId('plots').append(make('figure', {}, caption, holder, words));
      return { chart, holder, words, labels: '' };
    });
    const again = (): void => {
      for (const one of this.plots) one.labels = '';
      this.show(this.points);
    };
    addEventListener('resize', again);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
  }

  show(points: readonly LivePoint[]): void {
    this.points = points;
    const seconds = points.map((point) => point.seconds);
    for (const one of this.plots) {
      const series = one.chart.series(points);
      const labels = series.map(({ label }) => label).join();
      if (one.plot === undefined || labels !== one.labels) {
        one.plot?.destroy();
        one.plot = drawn(one.chart, series, one.holder);
        one.labels = labels;
      }
      one.plot.setData([seconds, ...series.map(({ values }) => values)]);
      tell(one.words, one.chart, series);
    }
  }
}

type Series = ReturnType<Chart['series']>;

/** The newest values in words, each behind a sample of its stroke. */
function tell(words: HTMLElement, { show }: Chart, series: Series): void {
  const said = series.map(({ label, values }) => {
    const last = values.findLast((value) => value !== null);
    return `${label} ${last === undefined || last === null ? '–' : show(last)}`;
  });
  if (words.childElementCount !== said.length)
    words.replaceChildren(...said.map((_, i) => make('span', {}, stroke(i), make('span'))));
  for (const [i, text] of said.entries()) {
    const into = words.children[i].lastElementChild as HTMLElement;
    if (into.textContent !== text) into.textContent = text;
  }
  if (said.length === 0 && words.textContent !== 'nothing to compare')
    words.textContent = 'nothing to compare';
}

const dark = (): boolean => matchMedia('(prefers-color-scheme: dark)').matches;

function penOf(i: number): { readonly stroke: string; readonly dash: number[] } {
  const pen = pens[i % pens.length];
  return { stroke: dark() ? pen.dark : pen.light, dash: [...pen.dash] };
}

function stroke(i: number): SVGElement {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  const line = document.createElementNS(ns, 'line');
  const { stroke: colour, dash } = penOf(i);
  const drawing = {
    x1: '0',
    x2: '28',
    y1: '5',
    y2: '5',
    stroke: colour,
    'stroke-width': '2',
    'stroke-dasharray': dash.join(' '),
  };
  for (const [name, value] of Object.entries(drawing)) line.setAttribute(name, value);
  for (const [name, value] of Object.entries({ width: '28', height: '10', 'aria-hidden': 'true' }))
    svg.setAttribute(name, value);
  svg.append(line);
  return svg;
}

function drawn({ show }: Chart, series: Series, holder: HTMLElement): uPlot {
  const ink = dark() ? '#c9ccd1' : '#43474d';
  const grid = { stroke: dark() ? '#3a3f46' : '#e3e5e8', width: 1 };
  const axis = { stroke: ink, grid, ticks: grid, font: '11px system-ui, sans-serif' };
  return new uPlot(
    {
      width: Math.max(200, holder.clientWidth),
      height: 150,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false } },
      axes: [
        { ...axis, size: 30, values: (_, splits) => splits.map((value) => `${value} s`) },
        {
          ...axis,
          size: 62,
          values: (_, splits) => splits.map((value) => (value >= 1000 ? count(value) : String(value))),
        },
      ],
      series: [
        {},
        ...series.map(({ label }, i) => ({
          label,
          width: 2,
          points: { show: false },
          ...penOf(i),
          value: (_: uPlot, value: number | null) => (value === null ? '–' : show(value)),
        })),
      ],
    },
    [[], ...series.map(() => [])],
    holder,
  );
}
