import { plan } from '../core/plan.ts';
import type { Normalisation, NormalisationContext, NormalisationPlan } from './normalisation.ts';

/** least variance of a row, as that of a mean square when a row is brought to root mean square 1 */
const tiny = 1e-12;

/**
 * Each row at mean 0 and variance 1: ĥ = (h − mean h) / √(var h), with no gain and bias of its own.
 *
 * A unit sends its activity and its square to sums over the layer, and gets mean and factor back.
 *
 * @see Ba, Kiros and Hinton 2016, Layer normalization, eq. 3
 */
export function layerNorm(): NormalisationPlan {
  return plan(import.meta.url, 'layer norm');
}

/** Makes what `layerNorm()` plans. Plain loops in float64, the same for all kernels. */
export function create(_options: unknown, { units }: NormalisationContext): Normalisation {
  return {
    name: 'layer norm',
    apply: (h, _squares, into, rows) => standardise(h, into, rows, units),
    communication: { floats: 4, among: units },
  };
}

function standardise(h: Float32Array, into: Float32Array, rows: number, columns: number): void {
  for (let r = 0, at = 0; r < rows; r++, at += columns) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += h[at + j];
    const mean = sum / columns;
    let squares = 0;
    for (let j = 0; j < columns; j++) squares += (h[at + j] - mean) * (h[at + j] - mean);
    const scale = 1 / Math.sqrt(squares / columns + tiny);
    for (let j = 0; j < columns; j++) into[at + j] = (h[at + j] - mean) * scale;
  }
}
