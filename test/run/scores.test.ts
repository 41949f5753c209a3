import { lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { plain } from '../../src/extend.ts';
import {
  adam,
  dataset,
  inline,
  monoForward,
  type Pipeline,
  pixels,
  run,
  stream,
  virtual,
} from '../../src/index.ts';

const samples = dataset({
  ...{ name: 'stripes', width: 9, classes: 3 },
  images: Uint8Array.from({ length: 40 * 9 }, (_, i) => (i * 7919) % 256),
  labels: Uint8Array.from({ length: 40 }, (_, i) => i % 3),
});
const pipeline: Pipeline = {
  ...{ samples, test: samples, encoding: pixels(), products: plain(), optimiser: adam(), schedule: stream() },
  ...{ layers: [monoForward({ units: 6 }), monoForward({ units: 5 })], microbatch: 16 },
};

test.each([
  ['inline', inline({ stages: 2 })],
  ['virtual', virtual({ devices: 2 })],
] as const)('%s tells the scores of predictions where it is asked to, and only there', async (_, runtime) => {
  const predictions = async (withScores: boolean) =>
    (await lastValueFrom(run(pipeline, runtime, { withScores }).pipe(toArray()))).flatMap((event) =>
      event.kind === 'prediction' ? [event] : [],
    );
  const told = await predictions(true);
  expect(told.reduce((sum, { rows }) => sum + rows, 0)).toBe(40);
  for (const { rows, predicted, scores = new Float32Array(0) } of told) {
    expect(scores).toHaveLength(3 * rows);
    const best = Array.from({ length: rows }, (_, r) => {
      const own = [...scores.subarray(3 * r, 3 * r + 3)];
      return own.indexOf(Math.max(...own));
    });
    expect(best).toEqual([...predicted]);
  }
  for (const event of await predictions(false)) expect(event).not.toHaveProperty('scores');
});
