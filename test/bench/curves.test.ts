import { fileURLToPath } from 'node:url';
import { lastValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { type Curved, curveOf } from '../../bench/curves.ts';
import { bp, ff } from '../../bench/networks.ts';
import { above, plain } from '../../src/extend.ts';
import { firstOf, idxFolder, inline, measure, pipedream, run, testAccuracy } from '../../src/index.ts';

const folder = fileURLToPath(new URL('../../fixtures/mnist', import.meta.url));
const samples = firstOf(await idxFolder(folder, 'train'), 200);
const held = firstOf(await idxFolder(folder, 'test'), 100);
const ground = { samples, products: plain(), microbatch: 20, seed: 3, horizon: 60, select: above(0.2) };

async function accuracyOf(pipeline: Curved, microbatches: number): Promise<number | undefined> {
  const trace = run({ ...pipeline, microbatches, test: held }, inline({ stages: 2 }));
  return (await lastValueFrom(trace.pipe(measure({ seen: testAccuracy })))).seen.accuracy;
}

test('a curve taken in legs has the accuracies of a training that was not interrupted, every half epoch', async () => {
  const pipeline = { ...ff({ ...ground, epochs: 6 }, [12, 10]), epochs: 6, microbatch: 20 };
  const curve = await curveOf(pipeline, inline({ stages: 2 }), { test: held, until: 2 });
  expect(curve.map(({ epochs }) => epochs)).toEqual(Array.from({ length: 12 }, (_, i) => (i + 1) / 2));
  for (const i of [0, 8, 10, 11]) expect(curve[i].accuracy).toBe(await accuracyOf(pipeline, 5 * (i + 1)));
  const seconds = curve.map((point) => point.seconds);
  expect(seconds.every(Number.isFinite)).toBe(true);
  expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
});

test('it ends at the first point that is accurate enough', async () => {
  const pipeline = { ...bp({ ...ground, epochs: 6 }, [12]), epochs: 6, microbatch: 20 };
  const curve = await curveOf(pipeline, inline(), { test: held, until: 0 });
  expect(curve.map(({ epochs }) => epochs)).toEqual([0.5]);
});

test('a schedule that keeps weights aside has a point every epoch, from two trainings of the same seed', async () => {
  const pipeline = { ...bp({ ...ground, epochs: 3 }, [12, 10], pipedream()), epochs: 3, microbatch: 20 };
  const curve = await curveOf(pipeline, inline({ stages: 2 }), { test: held, until: 2 });
  expect(curve.map(({ epochs }) => epochs)).toEqual([1, 2, 3]);
  expect(curve[2].accuracy).toBe(await accuracyOf(pipeline, 30));
  expect(curve.every(({ seconds }) => seconds > 0)).toBe(true);
});
