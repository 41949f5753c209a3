/** One line of a small chart: told apart by dash and letter too. */
export interface Curve {
  readonly letter: string;
  readonly colour: string;
  readonly dashes: readonly number[];
  readonly points: readonly (readonly [x: number, y: number])[];
}

const height = 150;
const [left, right, top, bottom] = [40, 16, 8, 20];

/**
 * Draws curves over a common x axis from 0 to `most`.
 *
 * @param range  of y; left out, what the curves need
 * @param of     the unit of y, behind each number; left out, none
 */
export function drawCurves(
  canvas: HTMLCanvasElement,
  curves: readonly Curve[],
  {
    most,
    unit,
    range,
    of = '',
  }: { most: number; unit: string; range?: readonly [number, number]; of?: string },
): void {
  const width = canvas.clientWidth || 400;
  const scale = devicePixelRatio || 1;
  canvas.width = width * scale;
  canvas.height = height * scale;
  canvas.style.aspectRatio = `${width} / ${height}`;
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  pen.scale(scale, scale);
  const ink = getComputedStyle(canvas).color;
  const values = curves.flatMap(({ points }) => points.map(([, y]) => y));
  const [low, high] =
    range ?? (values.length > 0 ? [0.9 * Math.min(...values), 1.05 * Math.max(...values)] : [0, 1]);
  const x = (value: number): number => left + (value / most) * (width - left - right);
  const y = (value: number): number => top + (1 - (value - low) / (high - low)) * (height - top - bottom);
  pen.font = '11px system-ui, sans-serif';
  pen.fillStyle = pen.strokeStyle = ink;
  pen.textBaseline = 'middle';
  pen.textAlign = 'right';
  for (const share of [0, 0.5, 1]) {
    const value = low + share * (high - low);
    pen.fillText(`${Number(value.toPrecision(2))}${of}`, left - 6, y(value));
    pen.globalAlpha = 0.25;
    pen.fillRect(left, y(value), width - left - right, 1);
    pen.globalAlpha = 1;
  }
  pen.textBaseline = 'bottom';
  pen.fillText(`${most.toLocaleString('en-US')} ${unit}`, width - 2, height - 2);
  pen.textAlign = 'left';
  pen.fillText('0', left, height - 2);
  for (const [i, { letter, colour, dashes, points }] of curves.entries()) {
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.setLineDash([...dashes]);
    pen.beginPath();
    for (const [at, value] of points) pen.lineTo(x(at), y(value));
    pen.stroke();
    const last = points.at(-1);
    if (last === undefined) continue;
    pen.fillStyle = ink;
    pen.font = 'bold 13px system-ui, sans-serif';
    pen.textBaseline = 'middle';
    pen.fillText(
      letter,
      Math.min(x(last[0]) + 3, width - 12),
      y(last[1]) + (curves.length > 1 ? 10 * (2 * i - 1) : 0),
    );
  }
}
