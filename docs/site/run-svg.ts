import { ticks } from '../../src/report/charts/timeline/axis.ts';

/** An op in a picture, times in nanoseconds from the picture's beginning. */
export interface DrawnOp {
  readonly stage: number;
  readonly op: 'F' | 'B' | 'W' | 'U';
  readonly microbatch: number;
  readonly start: number;
  readonly end: number;
}

/** A run in a picture. */
export interface DrawnRun {
  readonly title: string;
  readonly stages: number;
  readonly ops: readonly DrawnOp[];
}

/** Colours of Okabe and Ito, and of the letter on each. */
const fills = {
  F: ['#56b4e9', '#000'],
  B: ['#cc79a7', '#000'],
  W: ['#009e73', '#fff'],
  U: ['#e69f00', '#000'],
} as const;
const [width, left, row, gap] = [860, 76, 34, 6];

/**
 * Runs one below the other on one scale of time, a line a stage: what is not drawn on is waiting.
 *
 * @param lasts  nanoseconds that the picture shows
 * @param marks  where the axis has a mark, and what it says; left out, round times
 * @returns one `<svg>` element, on white paper, which needs nothing else
 */
export function runsSvg(runs: readonly DrawnRun[], lasts: number, marks = ticks(0, lasts)): string {
  const x = (time: number): number => left + ((width - left - 12) * Math.min(time, lasts)) / lasts;
  const parts: string[] = [];
  let y = 8;
  for (const { title, stages, ops } of runs) {
    parts.push(`<text x="12" y="${y + 16}" font-weight="bold">${title}</text>`);
    y += 26;
    for (let stage = 0; stage < stages; stage++) {
      parts.push(
        `<text x="12" y="${y + row / 2 + 5}">stage ${stage}</text>`,
        `<rect x="${left}" y="${y}" width="${width - left - 12}" height="${row}" fill="#eee"/>`,
        ...ops.filter((op) => op.stage === stage && op.start < lasts).map((op) => box(op, x, y)),
      );
      y += row + gap;
    }
    y += 10;
  }
  parts.push(
    ...marks.map(
      ({ at, text }) =>
        `<text x="${x(at)}" y="${y + 6}" text-anchor="${at === 0 ? 'start' : 'middle'}">${text}</text>`,
    ),
  );
  y += 26;
  const words = { F: 'forward', B: 'input gradient', W: 'weight gradient', U: 'update' };
  const legend = Object.entries(words).map(([op, word], i) => {
    const [fill, ink] = fills[op as keyof typeof fills];
    const at = left + i * 160;
    return `<rect x="${at}" y="${y}" width="22" height="18" fill="${fill}"/><text x="${at + 11}" y="${y + 14}" text-anchor="middle" fill="${ink}">${op}</text><text x="${at + 30}" y="${y + 14}">${word}</text>`;
  });
  parts.push(
    ...legend,
    `<rect x="${left + 640}" y="${y}" width="22" height="18" fill="#eee"/><text x="${left + 670}" y="${y + 14}">waiting</text>`,
  );
  const height = y + 30;
  const names = runs.map(({ title }) => title).join('; ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="14" role="img" aria-label="${names}">\n<rect width="${width}" height="${height}" fill="#fff"/>\n${parts.join('\n')}\n</svg>\n`;
}

/** An op as a box with its letter, and its microbatch where there is room. */
function box({ op, microbatch, start, end }: DrawnOp, x: (time: number) => number, y: number): string {
  const [fill, ink] = fills[op];
  const [from, to] = [Math.max(left, x(start)), x(end)];
  const wide = to - from;
  const label = wide > 34 ? `${op}${microbatch}` : wide > 13 ? op : '';
  const text =
    label === ''
      ? ''
      : `<text x="${((from + to) / 2).toFixed(1)}" y="${y + row / 2 + 5}" text-anchor="middle" fill="${ink}">${label}</text>`;
  return `<rect x="${from.toFixed(1)}" y="${y}" width="${Math.max(0.5, wide).toFixed(1)}" height="${row}" fill="${fill}" stroke="#fff" stroke-width="0.5"/>${text}`;
}
