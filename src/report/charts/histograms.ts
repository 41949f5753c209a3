import { must } from '../../core/check.ts';
import { escaped } from './escaped.ts';
import { svgFrame } from './svg-frame.ts';

/** Two distributions over the same bins. */
export interface HistogramPanel {
  readonly name: string;
  /** where the first bin begins and the last ends */
  readonly from: number;
  readonly to: number;
  /** how many fell into each bin [bins] */
  readonly counts: readonly (readonly number[])[];
}

/** Small panels of histograms, in rows. */
export interface Histograms {
  readonly title: string;
  /** what the axis counts */
  readonly label: string;
  /** what is told apart in each panel: the first is filled, the second a dashed line */
  readonly names: readonly string[];
  readonly rows: readonly { readonly name: string; readonly panels: readonly HistogramPanel[] }[];
}

const colours = ['#0072b2', '#d55e00', '#009e73'];
const dashes = ['', '5 3', '2 2'];
const [wide, high, left, below] = [150, 74, 90, 36];
/** as wide as other charts, so that letters are as large */
const least = 720;

/**
 * Draws histograms as the text of an SVG file; each panel is as high as its highest bin.
 *
 * @throws {RangeError} when there is no panel, or one has no bin
 */
export function histograms({ title, label, names, rows }: Histograms): string {
  const across = Math.max(0, ...rows.map(({ panels }) => panels.length));
  must(across > 0, `panels of chart '${title}'`, 'at least one', across);
  const width = Math.max(least, left + across * (wide + 18) + 12);
  let at = 12;
  const legend = names.map((name, i) => {
    const fill = i === 0 ? ` fill="${colours[0]}" fill-opacity="0.35"` : ' fill="none"';
    const entry = `<rect x="${at}" y="30" width="22" height="11"${fill} stroke="${colours[i]}" stroke-width="1.5" stroke-dasharray="${dashes[i]}"/><text x="${at + 28}" y="40" font-size="12">${escaped(name)}</text>`;
    at += 48 + 7 * name.length;
    return entry;
  });
  const drawn = rows.map(({ name, panels }, row) => {
    const y = 66 + row * (high + below);
    const head = `<text x="${left - 10}" y="${y + high / 2}" font-size="12" text-anchor="end">${escaped(name)}</text>`;
    return head + panels.map((panel, i) => drawnPanel(panel, left + i * (wide + 18), y)).join('');
  });
  const height = 66 + rows.length * (high + below) + 18;
  return svgFrame({
    title,
    width,
    height,
    inside: [
      ...legend,
      ...drawn,
      `<text x="${left}" y="${height - 8}" font-size="12">${escaped(label)} →</text>`,
    ],
  });
}

function drawnPanel({ name, from, to, counts }: HistogramPanel, x: number, y: number): string {
  const most = Math.max(1, ...counts.flat());
  const lines = counts.map((bins, i) => {
    must(bins.length > 0, `bins of panel '${name}'`, 'at least one', 0);
    const step = wide / bins.length;
    const tops = bins.map((count) => (y + high * (1 - count / most)).toFixed(1));
    const path = tops.map((top, b) => `V${top}H${(x + (b + 1) * step).toFixed(1)}`).join('');
    const fill = i === 0 ? ` fill="${colours[0]}" fill-opacity="0.35"` : ' fill="none"';
    return `<path d="M${x},${y + high}${path}V${y + high}"${fill} stroke="${colours[i]}" stroke-width="1.5" stroke-dasharray="${dashes[i]}"/>`;
  });
  const ends = [from, to].map((value) => `${+value.toPrecision(3)}`);
  return [
    `<text x="${x}" y="${y - 7}" font-size="11" fill="#555">${escaped(name)}</text>`,
    ...lines,
    `<path d="M${x},${y + high}h${wide}" stroke="#222" fill="none"/>`,
    `<text x="${x}" y="${y + high + 12}" font-size="10">${ends[0]}</text><text x="${x + wide}" y="${y + high + 12}" font-size="10" text-anchor="end">${ends[1]}</text>`,
  ].join('');
}
