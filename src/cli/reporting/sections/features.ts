import { existsSync } from 'node:fs';
import { imageSheet, type ReportFigure, readSafetensors } from '../../../report.ts';

/** units of a layer that are shown, and images of a row */
const [unitsAtMost, across] = [60, 12];

/**
 * What the units of the first layer look for: their weights as images, grey where a pixel does not matter.
 *
 * @param shape  rows and columns of an image
 * @returns undefined where there is no such file, or its first layer does not read such images
 * @throws {Error} when the file can't be read
 */
export async function featuresFigure(
  path: string,
  label: string,
  shape: readonly [number, number],
  id: string,
): Promise<ReportFigure | undefined> {
  if (!existsSync(path)) return undefined;
  const { parameters } = await readSafetensors(path);
  const first = parameters.find(({ name }) => name === 'layer0.weight');
  const [height, width] = shape;
  const pixels = height * width;
  if (first === undefined || first.shape.length !== 2 || first.shape[0] < pixels) return undefined;
  const units = first.shape[1];
  const shown = Math.min(units, unitsAtMost);
  const images = Array.from({ length: shown }, (_, unit) => {
    const weights = Array.from({ length: pixels }, (_, i) => first.data[i * units + unit]);
    const most = Math.max(
      1e-12,
      ...weights.map((weight) => (Number.isFinite(weight) ? Math.abs(weight) : 0)),
    );
    return weights.map((weight) => (Number.isFinite(weight) ? 0.5 + weight / most / 2 : 0.5));
  });
  const rows = Array.from({ length: Math.ceil(shown / across) }, (_, row) => {
    const last = Math.min(shown, (row + 1) * across) - 1;
    return { name: `units ${row * across}–${last}`, images: images.slice(row * across, last + 1) };
  });
  const title = `Features of the first layer: ${label}`;
  return {
    id,
    title,
    caption: `The weights of ${shown} of ${units} units as images, each on a scale of its own: white pulls the unit up, black down, grey is 0.`,
    svg: imageSheet({ title, width, height, rows }),
    data: {
      columns: [
        'unit',
        ...Array.from({ length: 6 }, (_, i) => ['mean', 'least', 'most', 'rms', 'height', 'width'][i]),
      ],
      rows: Array.from({ length: shown }, (_, unit) => {
        const own = Array.from({ length: pixels }, (_, i) => first.data[i * units + unit]);
        const sum = own.reduce((all, one) => all + one, 0);
        const squares = own.reduce((all, one) => all + one * one, 0);
        return [
          unit,
          sum / pixels,
          Math.min(...own),
          Math.max(...own),
          Math.sqrt(squares / pixels),
          height,
          width,
        ];
      }),
    },
  };
}
