import { must } from '../../core/check.ts';
import { escaped } from '../charts/escaped.ts';
import type { ReportFigure, ReportTable } from './report-document.ts';
import { safeSvg } from './safe-svg.ts';

/** A figure with what can be done with it; buttons are shown where scripts run. */
export function figureHtml({ id, title, caption, svg, timeline }: ReportFigure): string {
  must(/^[a-z][a-z0-9-]*$/.test(id), 'id of a figure', 'lower-case letters, digits and hyphens', id);
  const name = escaped(title);
  const zoom = ['in', 'out', 'left', 'right', 'all'].map((step) => {
    const says = { in: '+', out: '−', left: '←', right: '→', all: 'all' }[step] as string;
    const label = { in: 'zoom in', out: 'zoom out', left: 'earlier', right: 'later', all: 'all: whole run' }[
      step
    ];
    return `<button type="button" data-zoom="${step}" aria-label="${label}, ${name}">${says}</button>`;
  });
  return [
    `<figure id="${id}" aria-labelledby="${id}-title">`,
    `<figcaption><h3 class="hidden" id="${id}-title">${name}</h3><p>${escaped(caption)}</p></figcaption>`,
    `<div class="drawing" tabindex="0" role="group" aria-label="${name}${timeline ? ': keys + and − zoom, arrows move, 0 shows all' : ''}">${safeSvg(svg)}</div>`,
    `<div class="doing"><button type="button" data-as="csv">CSV<span class="hidden"> of ${name}</span></button><button type="button" data-as="svg">SVG<span class="hidden"> of ${name}</span></button>`,
    ...(timeline ? [...zoom, '<output aria-live="polite"></output>'] : []),
    '</div></figure>',
  ].join('\n');
}

/** A table; numbers stand to the right. */
export function tableHtml({ columns, rows }: ReportTable, label: string): string {
  const numeric = columns.map((_, i) => rows.some((row) => typeof row[i] === 'number'));
  const cell = (value: string | number | null, i: number): string => {
    const text = value === null ? '–' : typeof value === 'number' ? shownNumber(value) : value;
    const right = typeof value === 'number' || (value === null && numeric[i]);
    const tag = i === 0 ? 'th scope="row"' : right ? 'td class="number"' : 'td';
    return `<${tag}>${escaped(text)}</${i === 0 ? 'th' : 'td'}>`;
  };
  // an empty corner is no heading
  const head = columns.map((text, i) => {
    const right = i > 0 && numeric[i] ? ' class="number"' : '';
    return text === '' ? '<td></td>' : `<th scope="col"${right}>${escaped(text)}</th>`;
  });
  return [
    `<div class="scrolls" tabindex="0" role="region" aria-label="${escaped(label)}, table"><table>`,
    `<thead><tr>${head.join('')}</tr></thead>`,
    `<tbody>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n')}</tbody>`,
    '</table></div>',
  ].join('\n');
}

function shownNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return value.toLocaleString('en-US', { maximumSignificantDigits: Math.abs(value) >= 1e4 ? 7 : 4 });
}
