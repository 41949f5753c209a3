import type { Arena } from '../../core/memory/arena.ts';

/**
 * The tables of a ziggurat: the bell curve under 256 layers of equal area, the lowest of which has the tail.
 *
 * A 32-bit word gives the layer by its lowest 8 bits and, by the other 24, an odd number v of 25 bits and a sign: z = v · width.
 * No bit serves both. Where |v| is below the layer's edge, z lies under the curve for sure: 98.8 % of the draws.
 *
 * @see Marsaglia and Tsang 2000, The ziggurat method; Doornik 2005, An improved ziggurat method, on separate bits
 */
export interface Ziggurat {
  /** width of each layer / 2²⁴, every second element  [512] */
  readonly widths: Float32Array;
  /** v below which a draw is accepted as it is, every second element from 1 on: the same bytes as `widths`  [512] */
  readonly edges: Int32Array;
  /** density at the borders of the layers, without 1/√2π  [257] */
  readonly heights: Float64Array;
}

/** where the tail begins, and the area of each layer */
export const tailStart = 3.6541528853610088;
const area = 0.004928673233974658;
const layers = 256;

/** Makes the tables over bytes: 2,048 for the layers, then 2,056 for the heights. */
export function ziggurat(buffer: ArrayBufferLike, at: number): Ziggurat {
  const widths = new Float32Array(buffer, at, 2 * layers);
  const edges = new Int32Array(buffer, at, 2 * layers);
  const heights = new Float64Array(buffer, at + 8 * layers, layers + 1);
  let width = area / density(tailStart);
  let inner = tailStart;
  for (let i = 0; i < layers; i++) {
    widths[2 * i] = width / 2 ** 24;
    edges[2 * i + 1] = Math.floor((inner / width) * 2 ** 24);
    heights[i] = density(width);
    width = inner;
    inner = i < layers - 2 ? Math.sqrt(-2 * Math.log(area / width + density(width))) : 0;
  }
  heights[layers] = 1;
  return { widths, edges, heights };
}

const density = (x: number): number => Math.exp((-x * x) / 2);

/** The tables in the memory of a run, where assembled kernels find them. */
export function zigguratIn(arena: Arena): { readonly layersAt: number; readonly heightsAt: number } {
  const at = arena.reserve(16 * layers + 8);
  ziggurat(arena.buffer, at);
  return { layersAt: at, heightsAt: at + 8 * layers };
}
