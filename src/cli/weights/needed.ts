import { lastValueFrom } from 'rxjs';
import type { Parameter } from '../../extend.ts';
import { blocking, type DatasetPipeline, inline, measure, run, stream, weights } from '../../index.ts';

/** The arrays that a pipeline's layers start from and learn, in the order of the layers; the values are fresh. */
export async function freshWeights(pipeline: DatasetPipeline): Promise<readonly Parameter[]> {
  const backward = pipeline.layers[0].learns === 'backward';
  const bare: DatasetPipeline = {
    ...pipeline,
    ...{ test: undefined, heldOut: undefined, weights: undefined, microbatches: undefined },
    ...{ epochs: 0, microbatch: 1, flush: 1, schedule: backward ? blocking() : stream() },
  };
  const { weights: fresh } = await lastValueFrom(run(bare, inline({ stages: 1 })).pipe(measure({ weights })));
  return fresh;
}
