import { shapesOf } from '../graph/shapes.ts';
import { fastestKernels } from '../kernels/fastest.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { resolve } from '../pipeline/resolve.ts';

/** What one layer of a pipeline reads and makes of each sample while it learns. */
export interface LayerSize {
  readonly inputs: number;
  readonly units: number;
  /** activity rows of a sample */
  readonly streams: number;
  readonly learns: 'locally' | 'backward';
}

/**
 * The layers of a pipeline, as `reuseDistance` takes them, a stage each. A readout's input is the features that were collected for it.
 *
 * @throws {RangeError} when the pipeline's values are out of range or do not agree
 */
export async function layerSizes(pipeline: Pipeline): Promise<readonly LayerSize[]> {
  const resolved = resolve(pipeline, pipeline.kernels ?? fastestKernels().plan);
  const { shapes } = await shapesOf(resolved);
  return resolved.layers.map(({ learns, options, reads }, i) => {
    const given = shapes[i];
    const inputs = reads === 'features' ? given.features : given.width;
    const streams = reads === 'features' ? 1 : Math.max(shapes[i + 1].streams, 1);
    return { inputs, units: options.units, streams, learns };
  });
}
