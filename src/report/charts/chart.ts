import type { Markish, PlotOptions } from '@observablehq/plot';
import { escaped } from './escaped.ts';
import { svgFrame } from './svg-frame.ts';

/** Marks of a chart that tell series apart in print too: each has a colour, a dash pattern and a symbol of its own. */
export interface Pen {
  readonly colour: string;
  readonly dashes: string;
  readonly symbol: 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'cross' | 'wye';
}

/** Colours of Okabe and Ito, which colour-blind readers tell apart; black text and white paper, in dark pages too. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8c6d00', '#56b4e9', '#5f5f5f'];
const dashes = ['', '6 3', '2 3', '8 3 2 3', '4 2', '12 4'];
const symbols = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const;

/** The pen of series `index`; after 42 they come again. */
export function penOf(index: number): Pen {
  return {
    colour: colours[index % colours.length],
    dashes: dashes[index % dashes.length],
    symbol: symbols[index % symbols.length],
  };
}

export type Plot = typeof import('@observablehq/plot');

/** A chart without its frame: what a kind of chart draws with. */
export interface Drawing {
  readonly title: string;
  /** named in the legend, in the order of their pens; left out, none is drawn */
  readonly legend?: readonly string[];
  readonly options: (plot: Plot) => PlotOptions & { readonly marks: readonly Markish[] };
}

const width = 720;
const line = 18;

/**
 * Draws a chart as the text of an SVG file, without a browser. The libraries are loaded when the first chart is drawn.
 *
 * @returns one `<svg>` element that needs nothing else: white paper, text in the reader's own sans-serif font
 */
export async function drawn({ title, legend = [], options }: Drawing): Promise<string> {
  const [plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const asked = options(plot);
  const { height = 360 } = asked;
  const inner = plot.plot({
    ...asked,
    width,
    height,
    document: document as unknown as NonNullable<PlotOptions['document']>,
  });
  const places = legendPlaces(legend);
  const top = 2 * line + 6 + (places.at(-1)?.y ?? -line) + line;
  const entries = places.map(({ x, y, name }, i) => {
    const { colour, dashes } = penOf(i);
    return (
      `<path d="M${x},${2 * line + y}h26" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dashes}"/>` +
      `<text x="${x + 32}" y="${2 * line + y + 4}" font-size="12">${escaped(name)}</text>`
    );
  });
  return svgFrame({
    title,
    width,
    height: height + top,
    inside: [...entries, placed(inner.outerHTML, top)],
  });
}

/** Plot's own element within the frame, which has the title; of the two heights in its style browsers know the first alone. */
function placed(inner: string, top: number): string {
  return inner
    .replace(/^<svg /, `<svg x="0" y="${top}" aria-hidden="true" `)
    .replace(/^ +height: intrinsic;\n/m, '');
}

/** Left to right, then the next line; a letter is taken for 7 wide. */
function legendPlaces(legend: readonly string[]): { x: number; y: number; name: string }[] {
  let [x, y] = [12, 0];
  return legend.map((name) => {
    const wide = 48 + 7 * name.length;
    if (x > 12 && x + wide > width) [x, y] = [12, y + line];
    const place = { x, y, name };
    x += wide;
    return place;
  });
}
