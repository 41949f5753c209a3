import { filter, firstValueFrom, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { dataset } from '../../src/data/dataset.ts';
import { sea, shuffled, withLabelColumns } from '../../src/extend.ts';
import {
  forwardForward,
  inline,
  labelOverlay,
  measure,
  namedProducts,
  run,
  runningAccuracy,
  sgd,
  stream,
  weights,
  workers,
  wrongLabel,
} from '../../src/index.ts';
import { weightsHash } from '../../src/report.ts';

const { sample, ...plain } = sea();
/** features as an engineer meets them: far from 0, and of all sizes */
const raw = {
  ...plain,
  sample: (...[index, random, into]: Parameters<typeof sample>): number => {
    const label = sample(index, random, into);
    into[0] = 1e5 + 1e3 * into[0];
    into[1] *= 1e-3;
    return label;
  },
};
const pipeline = {
  samples: withLabelColumns(raw),
  scale: 'running' as const,
  encoding: labelOverlay({ classes: 2 }),
  negatives: wrongLabel(),
  layers: [forwardForward({ units: 20 })],
  products: await namedProducts('plain'),
  optimiser: sgd({ learningRate: 0.05 }),
  schedule: stream(),
  ...{ microbatch: 20, microbatches: 60, prequential: true },
};
const learned = measure({ learned: weights, seen: runningAccuracy });

describe('a pipeline that scales features as they come', () => {
  it('learns what it does not learn from the features as they are', async () => {
    const accuracyOf = async (scale: 'none' | 'running') =>
      (await lastValueFrom(run({ ...pipeline, scale }, inline()).pipe(learned))).seen.accuracy;
    expect(await accuracyOf('running')).toBeGreaterThan(((await accuracyOf('none')) ?? 0) + 0.1);
  });

  it('goes on from a checkpoint to the same bits, on threads too', async () => {
    const whole = await lastValueFrom(run(pipeline, inline()).pipe(learned));
    const stopped = run(pipeline, workers(), { checkpointEvery: 20 });
    const checkpoint = await firstValueFrom(stopped.pipe(filter((event) => event.kind === 'checkpoint')));
    expect(Object.keys(checkpoint.state).filter((name) => name.includes('scaler'))).toHaveLength(3);
    const rest = await lastValueFrom(run(pipeline, inline(), { from: checkpoint }).pipe(learned));
    expect(weightsHash(rest.learned)).toBe(weightsHash(whole.learned));
  });

  it('refuses bytes', async () => {
    const images = new Uint8Array(12);
    const digits = dataset({ name: 'digits', width: 12, classes: 2, images, labels: new Uint8Array(1) });
    const bytes = { ...pipeline, samples: shuffled(digits) };
    await expect(lastValueFrom(run(bytes, inline()))).rejects.toThrow(
      "scale must be 'none' or left out where features are bytes, as of digits; got 'running'",
    );
  });
});
