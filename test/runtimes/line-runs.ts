import { labelOverlay, pixels } from '../../src/data/encoding.ts';
import { endless } from '../../src/data/endless.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { crossEntropyHead } from '../../src/layers/softmax.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { blockingBackprop, uniform } from './runs.ts';

/** Four classes in eight numbers behind their label columns; every 50th sample can't be used. */
export const noise = (spoiled = false) =>
  endless({
    ...{ name: 'noise', width: 12, classes: 4 },
    sample(index, draw, into) {
      const label = draw.whole(4);
      for (let j = 0; j < into.length; j++) into[j] = j < 4 ? 0 : draw.uniform() + (j % 4 === label ? 1 : 0);
      if (spoiled && index % 50 === 0) into[5] = Number.NaN;
      return spoiled && index % 50 === 25 ? -1 : label;
    },
  });

export const closed: Pipeline = {
  ...uniform,
  ...{ samples: noise(), test: undefined, encoding: labelOverlay({ classes: 4 }), microbatch: 10 },
  ...{ runningEvery: 0, prequential: true, microbatches: 30, seed: 3, epochs: undefined },
};

/** The same by backprop. */
export const backward: Pipeline = {
  ...closed,
  ...{
    layers: [backprop({ units: 24 }), backprop({ units: 16 }), crossEntropyHead({ classes: 4 })],
    schedule: blockingBackprop.schedule,
    encoding: pixels(),
  },
  ...{ negatives: undefined, optimiser: blockingBackprop.optimiser },
};
