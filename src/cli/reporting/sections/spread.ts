import { type HistogramPanel, histograms, type ReportFigure } from '../../../report.ts';
import type { StoredHistograms } from '../read-histograms.ts';

/** layers that have a row of panels */
const layersAtMost = 12;

type Network = StoredHistograms['networks'][number];
type Epochs = Network['layers'][number]['epochs'][number];

/** How the goodness of positive rows and of negative ones was spread, layer by layer, in the first epoch, one halfway and the last. */
export function spreadFigure(
  { label, edges, layers }: Pick<StoredHistograms, 'edges'> & Pick<Network, 'layers'> & { label: string },
  id: string,
): ReportFigure | undefined {
  const rows = layers.slice(0, layersAtMost).map(({ layer, epochs }) => ({ layer, epochs: three(epochs) }));
  const all = rows.flatMap(({ epochs }) => epochs.flatMap(({ positive, negative }) => [positive, negative]));
  const used = edges.flatMap((_, b) => (all.some((counts) => counts[b] > 0) ? [b] : []));
  if (all.some((counts) => counts[edges.length] > 0)) used.push(edges.length);
  if (used.length === 0) return undefined;
  const [first, last] = [used[0], used[used.length - 1]];
  const from = (bin: number): number => (bin === 0 ? 0 : edges[bin - 1]);
  const to = (bin: number): number => edges[Math.min(bin, edges.length - 1)];
  const panel = (epochs: Epochs): HistogramPanel => ({
    ...{ name: nameOf(epochs), from: from(first), to: to(last) },
    counts: [epochs.positive, epochs.negative].map((counts) => counts.slice(first, last + 1)),
  });
  const title = `How goodness is spread: ${label}`;
  return {
    id,
    title,
    caption: `Rows by their goodness in each layer, by the weights before they were learned from, of every tenth microbatch, or more of them where an epoch is short. Filled: positive rows; dashed: negative ones. Bins are a quarter of an octave wide, so the axis is logarithmic and the same in all panels; what lies beyond ${short(edges[0])} and ${short(edges[edges.length - 1])} is in the outermost bins; of a goodness below 0 its size counts.`,
    svg: histograms({
      title,
      label: 'goodness, logarithmic',
      names: ['positive rows', 'negative rows'],
      rows: rows.map(({ layer, epochs }) => ({ name: `layer ${layer}`, panels: epochs.map(panel) })),
    }),
    data: {
      columns: ['layer', 'epochs', 'goodness from', 'to', 'positive rows', 'negative rows'],
      rows: rows.flatMap(({ layer, epochs }) =>
        epochs.flatMap((one) =>
          one.positive
            .map((positive, bin) => [
              ...[layer, nameOf(one), from(bin), bin === edges.length ? null : to(bin)],
              ...[positive, one.negative[bin]],
            ])
            .slice(first, last + 1),
        ),
      ),
    },
  };
}

/** The first, the one halfway and the last, as many as there are. */
function three(epochs: readonly Epochs[]): Epochs[] {
  const last = epochs.length - 1;
  return [...new Set([0, Math.floor(last / 2), last])].map((i) => epochs[i]);
}

function nameOf({ from, to }: Pick<Epochs, 'from' | 'to'>): string {
  return from === to ? `epoch ${from + 1}` : `epochs ${from + 1}–${to + 1}`;
}

const short = (value: number): string => `${+value.toPrecision(2)}`;
