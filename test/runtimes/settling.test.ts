import { expect, test } from 'vitest';
import { pixels } from '../../src/data/encoding.ts';
import { recurrent } from '../../src/layers/recurrent.ts';
import { hardLabel } from '../../src/negatives/hard-label.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { hashOf, predictionsOf, traceOf, uniform } from './runs.ts';

const { optimiser, ...rest } = uniform;
const span = { learned: [2, 4], scored: [2, 3] } as const;
/** 784-14-12-10, the label above. */
const net: Pipeline = {
  ...{ ...rest, optimiser, encoding: pixels(), negatives: hardLabel() },
  layers: [14, 12, 10].map((units) => recurrent({ units, ...span })),
};

test('layers that settle learn and predict to equal bits, however they are run', async () => {
  const whole = await traceOf(net, inline());
  for (const [runtime, capacity] of [
    [inline({ stages: 1 }), 2],
    [workers(), 1],
    [workers(), 8],
    [workers({ count: 2 }), 2],
    [virtual(), 2],
    [virtual({ devices: 2 }), 2],
  ] as const) {
    const trace = await traceOf({ ...net, capacity }, runtime);
    expect(hashOf(trace)).toBe(hashOf(whole));
    expect(predictionsOf(trace)).toEqual(predictionsOf(whole));
  }
});
