import { expect, it } from 'vitest';
import { firstOf } from '../../src/data/dataset.ts';
import { labelOverlay } from '../../src/data/encoding.ts';
import { withWrittenLabels } from '../../src/data/made/written-labels.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { wrongLabel } from '../../src/negatives/wrong-label.ts';
import { none } from '../../src/normalisations/none.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import { plain } from '../../src/products/plain.ts';
import { squaresSent } from '../../src/run/squares-sent.ts';
import { stream } from '../../src/schedules/stream.ts';
import { affineRow, rectified, rowsFrom, squaresOf } from '../layers/oracle.ts';
import { mustAgree } from '../layers/workbench.ts';
import { train } from '../runtimes/runs.ts';

const samples = firstOf(train, 4);

it('rows with labels written in are at root mean square 1, the label in the first pixels', () => {
  const written = withWrittenLabels(samples, [3, 1, 4, 1]);
  for (const [i, row] of rowsFrom(written.images, 784).entries()) {
    expect(row.reduce((sum, x) => sum + x * x, 0) / 784).toBeCloseTo(1, 4);
    expect(row.slice(0, 10).findIndex((x) => x > 0)).toBe([3, 1, 4, 1][i]);
    const encoded = new Float32Array(784);
    labelOverlay().encode(samples.images, i, encoded);
    expect(row.slice(10)).toEqual([...encoded.subarray(10)]);
  }
  expect([...written.labels]).toEqual([...samples.labels]);
  expect(() => withWrittenLabels(samples, [1])).toThrow('labels must be 4, one a sample; got 1');
  expect(() => withWrittenLabels(samples, [1, 2, 3, 10])).toThrow('label must be');
});

it('a layer reads such a row as it stands, and sends the squares of its activity where nothing normalises it', async () => {
  const labels = [3, 1, 4, 1];
  const weight = Float32Array.from({ length: 784 * 5 }, (_, i) => Math.sin(i) / 28);
  const bias = Float32Array.from([0.1, -0.2, 0.3, 0, 0.1]);
  const pipeline = (options: object) => ({
    ...{ samples, encoding: labelOverlay(), negatives: wrongLabel(), products: plain(), schedule: stream() },
    ...{ optimiser: sgd(), layers: [forwardForward({ units: 5, ...options })] },
    weights: [
      { name: 'layer0.weight', shape: [784, 5], data: weight },
      { name: 'layer0.bias', shape: [5], data: bias },
    ],
  });
  const rows = rowsFrom(withWrittenLabels(samples, labels).images, 784);
  const expected = rows.map((x) => squaresOf(rectified(affineRow(x, weight, [...bias]))) / 5);
  const [sent] = await squaresSent(pipeline({ normalisation: none() }), samples, labels);
  mustAgree(sent, expected, 1e-5);
  const [left] = await squaresSent(pipeline({}), samples, labels);
  for (const one of left) expect(one).toBeCloseTo(1, 4);
});
