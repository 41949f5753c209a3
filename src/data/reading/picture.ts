import type { RawSamples } from '../formats/format.ts';

const shades = [' ', '░', '▒', '▓', '█'];
/** characters across one picture at most */
const widest = 18;
const gap = '  ';

/**
 * The first samples as blocks of characters, side by side: two rows of pixels a line, five shades from the smallest value to the
 * largest.
 *
 * @param labels  what each picture is called, one a picture drawn
 * @param width   characters of a line
 * @returns       undefined where samples are no images
 */
export function pictures(samples: RawSamples, labels: readonly string[], width = 80): string | undefined {
  const size = imageSize(samples.shape);
  if (size === undefined) return undefined;
  const { height, width: columns, channels, first } = size;
  const across = Math.min(columns, widest);
  const step = columns / across;
  const down = Math.max(1, Math.round(height / step / 2));
  const count = Math.min(
    labels.length,
    samples.count,
    Math.max(1, Math.floor((width + gap.length) / (across + gap.length))),
  );
  const drawn = Array.from({ length: count }, (_, k) => {
    const pixels = samples.features.subarray(k * samples.width, (k + 1) * samples.width);
    const grey = (row: number, column: number): number => {
      let sum = 0;
      for (let c = 0; c < channels; c++)
        sum += first
          ? pixels[(c * height + row) * columns + column]
          : pixels[(row * columns + column) * channels + c];
      return sum / channels;
    };
    return drawing(grey, { height, columns, across, down });
  });
  const lines = Array.from({ length: down }, (_, i) =>
    drawn
      .map((lines) => lines[i])
      .join(gap)
      .trimEnd(),
  );
  const names = labels.slice(0, count).map((label) => label.slice(0, across).padEnd(across));
  return [...lines, names.join(gap).trimEnd()].join('\n');
}

interface Grid {
  readonly height: number;
  readonly columns: number;
  readonly across: number;
  readonly down: number;
}

function drawing(
  grey: (row: number, column: number) => number,
  { height, columns, across, down }: Grid,
): string[] {
  const cells = Array.from({ length: down }, (_, i) =>
    Array.from({ length: across }, (_, j) => {
      const rows = span(i, down, height);
      const own = span(j, across, columns);
      let sum = 0;
      for (let row = rows.start; row < rows.end; row++)
        for (let column = own.start; column < own.end; column++) sum += grey(row, column);
      return sum / ((rows.end - rows.start) * (own.end - own.start));
    }),
  );
  const values = cells.flat().filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const shade = (value: number): string =>
    shades[
      Number.isFinite(value) && high > low
        ? Math.round(((value - low) / (high - low)) * (shades.length - 1))
        : 0
    ];
  return cells.map((row) => row.map(shade).join(''));
}

/** Which of `size` pixels belong to cell `index` of `cells`: one at least. */
function span(index: number, cells: number, size: number): { start: number; end: number } {
  const start = Math.floor((index * size) / cells);
  return { start, end: Math.max(start + 1, Math.floor(((index + 1) * size) / cells)) };
}

/** The sides of an image; of plain features, those of a square, if they are one. */
export function imageSize(shape: readonly number[]) {
  if (shape.length === 1) {
    const side = Math.sqrt(shape[0]);
    return Number.isInteger(side) && side >= 8
      ? { height: side, width: side, channels: 1, first: false }
      : undefined;
  }
  if (shape.length === 2) return { height: shape[0], width: shape[1], channels: 1, first: false };
  if (shape.length !== 3) return undefined;
  const [a, b, c] = shape;
  if (c === 3 || c === 4) return { height: a, width: b, channels: c, first: false };
  return a === 3 || a === 4 ? { height: b, width: c, channels: a, first: true } : undefined;
}
