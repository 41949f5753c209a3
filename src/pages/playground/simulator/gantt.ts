import type { Lane, Stretch } from './lane.ts';

/** How a kind of stretch looks: a colour of Okabe and Ito, a pattern and a letter, so that no colour alone tells. */
interface Look {
  readonly colour: string;
  readonly ink: string;
  readonly pattern: 'plain' | 'rising' | 'falling' | 'dots' | 'grid';
  readonly letter: string;
  readonly says: string;
}
export const looks: Readonly<Record<Stretch['kind'], Look>> = {
  F: { colour: '#0072b2', ink: '#fff', pattern: 'plain', letter: 'F', says: 'forward' },
  B: { colour: '#e69f00', ink: '#000', pattern: 'rising', letter: 'B', says: 'input gradient' },
  W: { colour: '#009e73', ink: '#000', pattern: 'dots', letter: 'W', says: 'weight gradient' },
  U: { colour: '#cc79a7', ink: '#000', pattern: 'grid', letter: 'U', says: 'update' },
  starved: { colour: '#8884', ink: '', pattern: 'plain', letter: '', says: 'starved: no input' },
  blocked: { colour: '#8888', ink: '', pattern: 'falling', letter: '', says: 'blocked: no credit' },
  communicating: { colour: '#8886', ink: '', pattern: 'grid', letter: '', says: 'input on its way' },
};

const rowHeight = 26;
const gap = 4;
const left = 34;
const bottom = 22;

/**
 * Draws a lane: a row a device, time to the right.
 *
 * @param span  nanoseconds of the whole width, so that two lanes compare
 */
export function drawGantt(canvas: HTMLCanvasElement, { stretches = [], document }: Lane, span: number): void {
  const devices = document.stages.length;
  const row = devices > 16 ? 12 : rowHeight;
  const width = canvas.clientWidth || 600;
  const height = devices * (row + gap) + bottom;
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.aspectRatio = `${width} / ${height}`;
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  pen.scale(scale, scale);
  const text = getComputedStyle(canvas).color;
  const patterns = patternsOf(pen);
  const at = (time: number): number => left + (time / span) * (width - left - 2);
  pen.font = '11px system-ui, sans-serif';
  pen.textBaseline = 'middle';
  for (let device = 0; device < devices; device++) {
    pen.fillStyle = text;
    pen.textAlign = 'right';
    if (row >= rowHeight || device % 4 === 0)
      pen.fillText(String(device), left - 8, device * (row + gap) + row / 2);
  }
  pen.textAlign = 'center';
  for (const { device, kind, start, end, microbatch } of stretches) {
    const { colour, ink, pattern, letter } = looks[kind];
    const [x, y] = [at(start), device * (row + gap)];
    const wide = Math.max(0.5, at(end) - x);
    pen.fillStyle = colour;
    pen.fillRect(x, y, wide, row);
    const fill = patterns[pattern];
    if (fill !== undefined && wide > 3) {
      pen.fillStyle = fill;
      pen.fillRect(x, y, wide, row);
    }
    if (letter === '' || row < rowHeight) continue;
    if (wide > 5) {
      pen.strokeStyle = '#0006';
      pen.strokeRect(x + 0.5, y + 0.5, wide - 1, row - 1);
    }
    const label = wide > 24 ? `${letter}${microbatch}` : wide > 10 ? letter : '';
    if (label === '') continue;
    const room = pen.measureText(label).width + 4;
    pen.fillStyle = colour;
    if (pattern !== 'plain') pen.fillRect(x + (wide - room) / 2, y + 6, room, row - 12);
    pen.fillStyle = ink;
    pen.fillText(label, x + wide / 2, y + row / 2 + 0.5);
  }
  drawAxis(pen, { at, span, y: devices * (row + gap), text });
}

function drawAxis(
  pen: CanvasRenderingContext2D,
  { at, span, y, text }: { at: (time: number) => number; span: number; y: number; text: string },
): void {
  const step = [1, 2, 5, 10]
    .map((one) => one * 10 ** Math.floor(Math.log10(span / 5)))
    .find((one) => span / one <= 6);
  pen.fillStyle = text;
  pen.strokeStyle = text;
  if (step === undefined) return;
  for (let time = 0; time <= span * 1.0001; time += step) {
    pen.fillRect(Math.min(at(time), at(span) - 1), y, 1, 4);
    pen.textAlign = time === 0 ? 'left' : time + step > span ? 'right' : 'center';
    pen.fillText(axisText(time), at(time), y + 13);
  }
}

/** @param time  nanoseconds */
function axisText(time: number): string {
  const [by, unit] =
    time >= 1e9
      ? [1e9, 's']
      : time >= 1e6 || time === 0
        ? [1e6, 'ms']
        : time >= 1e3
          ? [1e3, 'µs']
          : [1, 'ns'];
  return `${Number((time / by).toPrecision(3))} ${unit}`;
}

function patternsOf(pen: CanvasRenderingContext2D): Partial<Record<Look['pattern'], CanvasPattern>> {
  const made = (draw: (tile: CanvasRenderingContext2D) => void): CanvasPattern | undefined => {
    const tile = document.createElement('canvas');
    tile.width = tile.height = 8;
    const one = tile.getContext('2d');
    if (one === null) return undefined;
    one.strokeStyle = one.fillStyle = '#0005';
    draw(one);
    return pen.createPattern(tile, 'repeat') ?? undefined;
  };
  const line = (tile: CanvasRenderingContext2D, ...points: readonly (readonly number[])[]): void => {
    tile.beginPath();
    for (const [x0, y0, x1, y1] of points) {
      tile.moveTo(x0, y0);
      tile.lineTo(x1, y1);
    }
    tile.stroke();
  };
  const all = {
    rising: made((tile) => line(tile, [-1, 9, 9, -1], [-1, 1, 1, -1], [7, 9, 9, 7])),
    falling: made((tile) => line(tile, [-1, -1, 9, 9], [7, -1, 9, 1], [-1, 7, 1, 9])),
    grid: made((tile) => line(tile, [0, 0.5, 8, 0.5], [0.5, 0, 0.5, 8])),
    dots: made((tile) => {
      tile.fillRect(1, 1, 2, 2);
      tile.fillRect(5, 5, 2, 2);
    }),
  };
  return Object.fromEntries(Object.entries(all).filter(([, one]) => one !== undefined));
}
