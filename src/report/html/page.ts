import { createHash } from 'node:crypto';
import { must } from '../../core/check.ts';
import { escaped } from '../charts/escaped.ts';
import { pageAsset } from '../pages/page-asset.ts';
import { figureHtml, tableHtml } from './page-parts.ts';
import type { ReportDocument, ReportFigure, ReportSection } from './report-document.ts';

/** bytes of a page at most */
const most = 2_000_000;

/**
 * A report as one HTML file that needs no other and asks for none: its policy allows its own script and style alone. All
 * text is escaped. Without scripts everything is shown; with them figures can be taken away as CSV and SVG, and timelines
 * looked at more closely.
 *
 * @throws {RangeError} when two figures have the same id, or the page would be of 2 MB or more
 */
export function reportPage(report: ReportDocument): string {
  const figures = report.sections.flatMap(({ figures = [] }) => figures);
  const ids = figures.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) < i);
  must(twice === undefined, 'ids of figures', 'different from each other', twice);
  const [script, style] = [pageAsset('report.js').trim(), pageAsset('report.css').trim()];
  const policy = `default-src 'none'; img-src data:; style-src '${hash(style)}'; script-src '${hash(script)}'; base-uri 'none'; form-action 'none'`;
  const page = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<link rel="icon" href="data:,">',
    `<title>${escaped(report.title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<header><h1>${escaped(report.title)}</h1><p class="headline">${escaped(report.headline)}</p></header>`,
    `<nav aria-label="Sections"><ul>${report.sections.map(({ heading }, i) => `<li><a href="#s${i}">${escaped(heading)}</a></li>`).join('')}<li><a href="#again">Run it again</a></li></ul></nav>`,
    '<main>',
    ...report.sections.map(sectionHtml),
    againHtml(report),
    '</main>',
    `<script type="application/json" id="report-data">${json(dataOf(figures))}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
  const bytes = Buffer.byteLength(page);
  must(bytes < most, 'report', `smaller than ${most.toLocaleString('en-US')} bytes`, bytes);
  return page;
}

function sectionHtml({ heading, note, table, text, figures = [] }: ReportSection, index: number): string {
  return [
    `<section aria-labelledby="s${index}"><h2 id="s${index}">${escaped(heading)}</h2>`,
    ...(note === undefined ? [] : [`<p>${escaped(note)}</p>`]),
    ...(text === undefined ? [] : [textHtml(text, heading)]),
    ...figures.map(figureHtml),
    ...(table === undefined ? [] : [tableHtml(table, heading)]),
    '</section>',
  ].join('\n');
}

function againHtml({ commands, configuration }: ReportDocument): string {
  return [
    '<section aria-labelledby="again"><h2 id="again">Run it again</h2>',
    ...(commands.length === 0 ? [] : [textHtml(commands.join('\n'), 'Commands', true)]),
    '<details><summary>Configuration</summary>',
    textHtml(JSON.stringify(configuration, null, 2) ?? '', 'Configuration', true),
    '</details></section>',
  ].join('\n');
}

/** @param wraps  whether lines too long for the page are wrapped; a table for the terminal scrolls */
function textHtml(text: string, label: string, wraps = false): string {
  return `<pre${wraps ? ' class="wraps"' : ''} tabindex="0" role="region" aria-label="${escaped(label)}, text">${escaped(text)}</pre>`;
}

function dataOf(figures: readonly ReportFigure[]): Record<string, unknown> {
  return Object.fromEntries(
    figures.map(({ id, data, timeline }) => [id, { data, ...(timeline && { timeline }) }]),
  );
}

/** JSON that ends no script element. */
function json(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
