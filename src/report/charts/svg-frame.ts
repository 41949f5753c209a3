import { escaped } from './escaped.ts';

/** A drawing as the text of an SVG file. */
export interface SvgFrame {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** patterns that it fills with, as SVG; left out, none */
  readonly defs?: string;
  /** what is drawn, as SVG, the later over the earlier */
  readonly inside: readonly string[];
}

/** One `<svg>` element that needs nothing else: white paper in dark pages too, the title above, the reader's own sans-serif font. */
export function svgFrame({ title, width, height, defs = '', inside }: SvgFrame): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" color="#222" fill="#222">`,
    `<title>${escaped(title)}</title>${defs && `<defs>${defs}</defs>`}`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="12" y="20" font-size="14" font-weight="600">${escaped(title)}</text>`,
    ...inside,
    '</svg>\n',
  ].join('\n');
}
