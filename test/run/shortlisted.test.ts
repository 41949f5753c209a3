import { lastValueFrom } from 'rxjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawn, randomRbf, shortlistOf, simd, withLabelColumns } from '../../src/extend.ts';
import {
  adam,
  type DatasetPipeline,
  forwardForward,
  hardLabel,
  inline,
  labelOverlay,
  measure,
  type Pipeline,
  run,
  softmaxReadout,
  stream,
  virtual,
  weights,
  workers,
} from '../../src/index.ts';
import { predictions, shortlisted } from '../../src/report.ts';

const source = withLabelColumns(randomRbf({ features: 12, classes: 6, centroids: 12, seed: 3 }));
const [train, test] = [drawn(source, 600), drawn(source, 70, { first: 1000 })];
const layer = (units: number) => forwardForward({ units, neutral: true, feature: true });
const learning: DatasetPipeline = {
  ...{ samples: train, epochs: 3, microbatch: 20, products: simd(), optimiser: adam({ learningRate: 0.01 }) },
  ...{ encoding: labelOverlay({ classes: 6 }), negatives: hardLabel(), schedule: stream() },
  layers: [layer(24), layer(16), softmaxReadout({ classes: 6 })],
};
let trained: Pipeline;
beforeAll(async () => {
  const { learned } = await lastValueFrom(run(learning, inline()).pipe(measure({ learned: weights })));
  trained = { ...learning, test, weights: learned };
});

/** The class of the best score among some. */
const bestOf = (scores: Float32Array, labels: Iterable<number>): number =>
  [...labels].sort((a, b) => scores[b] - scores[a] || a - b)[0];

describe('a shortlist', () => {
  it('is decided by the goodness of its labels alone', async () => {
    const one = await predictions({ ...trained, predictBy: 'onePass' }, inline());
    const all = await predictions({ ...trained, predictBy: 'goodness' }, inline());
    for (const size of [2, 3]) {
      const short = await shortlisted(trained, inline(), size, one);
      const list = shortlistOf({ rows: test.count, columns: 6, data: one.scores }, size);
      const row = (i: number) => [i * 6, (i + 1) * 6] as const;
      const expected = Array.from({ length: test.count }, (_, i) =>
        bestOf(all.scores.subarray(...row(i)), list.labels.subarray(i * size, (i + 1) * size)),
      );
      expect([...short.predicted]).toEqual(expected);
      const right = expected.filter((label, i) => label === test.labels[i]).length;
      expect(short.accuracy).toBeCloseTo(right / test.count, 12);
      expect(short.listed).toBeGreaterThanOrEqual(short.accuracy);
      expect(short.listed).toBeGreaterThanOrEqual(one.accuracy);
    }
    expect(one.accuracy).toBeGreaterThan(0.5);
    expect(all.predicted).not.toEqual(one.predicted);
  });

  it('of all labels is the goodness of every label', async () => {
    const all = await predictions({ ...trained, predictBy: 'goodness' }, inline());
    const { predicted } = await shortlisted(trained, inline(), 6);
    expect(predicted).toEqual(all.predicted);
  });

  it('costs a read of its labels, and of the image once', async () => {
    const [first, second, head] = [18 * 24, 24 * 16, (24 + 16) * 6];
    const one = await predictions({ ...trained, predictBy: 'onePass' }, inline());
    const all = await predictions({ ...trained, predictBy: 'goodness' }, inline());
    expect(one.macs).toBe(first + second + head);
    expect(all.macs).toBe(first + 6 * second);
    expect((await shortlisted(trained, inline(), 3, one)).macs).toBe(one.macs + first + 3 * second);
  });

  it('is decided alike on threads and in virtual time', async () => {
    const here = await shortlisted(trained, inline(), 3);
    for (const runtime of [workers({ count: 2 }), virtual({ devices: 3 })])
      expect((await shortlisted(trained, runtime, 3)).predicted).toEqual(here.predicted);
  });

  it('must suit the test set, its classes and the layers', async () => {
    const fails = (more: Partial<Pipeline>) => expect(predictions({ ...trained, ...more }, inline())).rejects;
    const labels = new Uint16Array(70 * 2).map((_, i) => i % 2);
    await fails({ shortlist: { size: 1, labels } }).toThrow(
      'size of the shortlist must be a whole number from 2 to 6',
    );
    await fails({ predictBy: 'goodness', shortlist: { size: 3, labels } }).toThrow(
      'labels of the shortlist must be 70 · 3',
    );
    await fails({ shortlist: { size: 2, labels } }).toThrow("predictBy must be 'goodness' with a shortlist");
    const twice = { size: 2, labels: new Uint16Array(140) };
    await fails({ predictBy: 'goodness', shortlist: twice }).toThrow('2 classes, none twice; got 1');
    const none = { size: 2, labels: labels.map(() => 7) };
    await fails({ predictBy: 'goodness', shortlist: none }).toThrow('classes from 0 to 5; got 7');
    expect(() => shortlistOf({ rows: 1, columns: 3, data: new Float32Array(3) }, 4)).toThrow('2 to 3');
  });
});
