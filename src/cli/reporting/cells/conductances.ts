import { existsSync } from 'node:fs';
import { type HistogramPanel, histograms, type ReportFigure, readSafetensors } from '../../../report.ts';

/** bins of a layer, layers that are drawn, and panels beside each other */
const [bins, layersAtMost, across] = [41, 12, 4];

/**
 * How the weights of an analog network lie in the range of its cells, layer by layer.
 *
 * @param path         of its weights
 * @param weightScale  weights of the network over those of the cells
 * @returns undefined where there is no such file, or it holds no matrix
 * @throws {Error} when the file can't be read
 */
export async function conductancesFigure(
  path: string,
  label: string,
  weightScale: number,
  id: string,
): Promise<ReportFigure | undefined> {
  if (!existsSync(path)) return undefined;
  const { parameters } = await readSafetensors(path);
  const matrices = parameters.filter(({ name, shape }) => name.endsWith('.weight') && shape.length === 2);
  if (matrices.length === 0) return undefined;
  const layers = matrices.slice(0, layersAtMost).map(({ name, shape, data }) => ({
    name: name.replace(/\.weight$/, ''),
    cells: `${shape[0]} × ${shape[1]}`,
    ...countsOf(data, weightScale),
  }));
  const panels = layers.map(
    ({ name, cells, most, counts }): HistogramPanel => ({
      name: `${name}: ${cells}`,
      from: -most,
      to: most,
      counts: [counts],
    }),
  );
  const rows = Array.from({ length: Math.ceil(panels.length / across) }, (_, row) => ({
    name: '',
    panels: panels.slice(row * across, (row + 1) * across),
  }));
  const title = `Conductances at the end: ${label}`;
  const left = matrices.length - layers.length;
  return {
    id,
    title,
    caption: `The weights of each array as they were read back at the end, in units of the cells' range: 1 is a difference of about g_max. Each panel ends at its greatest weight.${left > 0 ? ` ${left} more arrays are not drawn.` : ''}`,
    svg: histograms({ title, label: 'units of the cells', names: ['cells'], rows }),
    data: {
      columns: ['array', 'from', 'to', 'cells'],
      rows: layers.flatMap(({ name, most, counts }) =>
        counts.map((count, bin) => {
          const edge = (at: number): number => most * ((2 * at) / bins - 1);
          return [name, edge(bin), edge(bin + 1), count];
        }),
      ),
    },
  };
}

/** What is no finite number is in no bin. */
function countsOf(data: Float32Array, weightScale: number): { most: number; counts: number[] } {
  let largest = 0;
  for (const weight of data) if (Number.isFinite(weight)) largest = Math.max(largest, Math.abs(weight));
  const most = largest === 0 ? 1 : largest / weightScale;
  const counts = new Array<number>(bins).fill(0);
  for (const weight of data) {
    if (!Number.isFinite(weight)) continue;
    const place = Math.floor(((weight / weightScale / most + 1) / 2) * bins);
    counts[Math.min(bins - 1, Math.max(0, place))]++;
  }
  return { most, counts };
}
