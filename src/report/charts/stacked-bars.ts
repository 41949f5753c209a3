import { must } from '../../core/check.ts';
import { escaped } from './escaped.ts';
import { svgFrame } from './svg-frame.ts';

/** Parts of wholes, as bars that lie one under another. */
export interface StackedBars {
  /** of the drawing, unlike that of any other in the page */
  readonly id: string;
  readonly title: string;
  /** each with a colour, and lines across it that tell it from the others in print too */
  readonly parts: readonly { readonly name: string; readonly colour: string; readonly dark?: boolean }[];
  /** shares of 1, in the order of the parts */
  readonly bars: readonly { readonly name: string; readonly shares: readonly number[] }[];
}

/** across the parts, in their order */
const lines = ['', 'M2,2h1M6,6h1', 'M0,8L8,0M0,0L8,8', 'M0,4H8', 'M4,0V8', 'M0,8L8,0'];
const [width, high, gap] = [720, 24, 8];

/**
 * Draws shares as the text of an SVG file, each with its percentage where there is room.
 *
 * @throws {RangeError} when there is no bar, or the shares of one are not as many as the parts, or not 0 to 1
 */
export function stackedBars({ id, title, parts, bars }: StackedBars): string {
  must(bars.length > 0, `bars of chart '${title}'`, 'at least one', bars.length);
  const left = 20 + 6.6 * Math.max(...bars.map(({ name }) => name.length));
  const wide = width - left - 16;
  const patterns = parts.map(({ colour, dark }, i) => {
    const path = `<path d="${lines[i % lines.length]}" stroke="${dark ? '#ffffff' : '#222222'}" stroke-opacity="0.55" fill="none"/>`;
    return `<pattern id="${id}-${i}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="${colour}"/>${path}</pattern>`;
  });
  let at = 12;
  const legend = parts.map(({ name }, i) => {
    const entry = `<rect x="${at}" y="30" width="16" height="12" fill="url(#${id}-${i})" stroke="#555" stroke-width="0.5"/><text x="${at + 22}" y="40" font-size="12">${escaped(name)}</text>`;
    at += 42 + 7 * name.length;
    return entry;
  });
  const drawn = bars.map(({ name, shares }, row) => {
    const whole = shares.length === parts.length && shares.every((share) => share >= 0 && share <= 1 + 1e-9);
    must(whole, `shares of '${name}'`, `${parts.length} of 0 to 1`, shares);
    const y = 56 + row * (high + gap);
    let x = left;
    const boxes = shares.map((share, i) => {
      const box = `<rect x="${x.toFixed(1)}" y="${y}" width="${(share * wide).toFixed(1)}" height="${high}" fill="url(#${id}-${i})"/>`;
      const { colour, dark } = parts[i];
      const text = `<text x="${(x + (share * wide) / 2).toFixed(1)}" y="${y + high / 2 + 4}" font-size="11" text-anchor="middle" fill="${dark ? '#ffffff' : '#222222'}" stroke="${colour}" stroke-width="3" paint-order="stroke">${(100 * share).toFixed(0)} %</text>`;
      x += share * wide;
      return share * wide < 34 ? box : box + text;
    });
    return `<text x="${(left - 8).toFixed(0)}" y="${y + high / 2 + 4}" font-size="12" text-anchor="end">${escaped(name)}</text>${boxes.join('')}`;
  });
  const height = 56 + bars.length * (high + gap) + 6;
  return svgFrame({
    title,
    width,
    height,
    defs: patterns.join(''),
    inside: [...legend, ...drawn],
  });
}
