import './report.css';
import { type PackedTimeline, unpacked } from '../../report/charts/timeline/packed.ts';
import { kinds, type Timeline } from '../../report/charts/timeline/timeline.ts';
import { type Csv, csvText, save, svgText } from './downloads.ts';
import { zoomable } from './zoomable.ts';

/** What the page holds of each figure, by its id. */
type FigureData = Readonly<Record<string, { readonly data: Csv; readonly timeline?: PackedTimeline }>>;

/** The slices of a timeline, a row each. */
function slicesRows({ slices }: Timeline): Csv['rows'] {
  return slices.map(({ row, kind, stage, microbatch, start, end }) => {
    const op = stage >= 0;
    return [row, kinds[kind], op ? stage : null, op ? microbatch : null, start, end - start];
  });
}

const text = document.getElementById('report-data')?.textContent ?? '{}';
const figures = JSON.parse(text) as FigureData;
for (const [id, { data, timeline }] of Object.entries(figures)) {
  const figure = document.getElementById(id);
  const drawing = figure?.querySelector<HTMLElement>('.drawing');
  if (!figure || !drawing) continue;
  const slices = timeline && unpacked(timeline);
  figure.querySelector('[data-as=csv]')?.addEventListener('click', () => {
    const rows = slices ? slicesRows(slices) : data.rows;
    save(`${id}.csv`, 'text/csv', csvText({ ...data, rows }));
  });
  figure.querySelector('[data-as=svg]')?.addEventListener('click', () => {
    const svg = drawing.querySelector('svg');
    if (svg) save(`${id}.svg`, 'image/svg+xml', svgText(svg));
  });
  if (slices) zoomable(figure, drawing, slices, id);
}
document.documentElement.classList.add('scripted');
