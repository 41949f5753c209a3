import { expect, test } from 'vitest';
import { make, plan } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { microbatch } from '../../src/data/microbatch.ts';
import { Feedback, feedbackOf } from '../../src/ends/feedback.ts';
import { plainKernels } from '../../src/kernels/plain.ts';
import { hardLabel } from '../../src/negatives/hard-label.ts';
import { laggedLabel } from '../../src/negatives/lagged-label.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { resolve as wholeWith } from '../../src/pipeline/resolve.ts';
import { laggedGoodness, uniform } from '../runtimes/runs.ts';

const resolve = (pipeline: Pipeline) => wholeWith(pipeline, plainKernels());

const shape = {
  ...{ rows: 4, goodnessRows: 4, width: 0, streams: 0, candidates: 0, features: 0, classes: 3 },
};

/** Scores that leave no doubt: `favoured` by far the greatest, but for the truth. */
function scored(labels: readonly number[], favoured: readonly number[]) {
  const m = microbatch(shape);
  Object.assign(m, { purpose: 'goodness', rows: labels.length });
  m.labels.set(labels);
  m.scores.fill(0);
  for (const [r, label] of labels.entries()) m.scores[r * 3 + label] = 9;
  for (const [r, label] of favoured.entries()) m.scores[r * 3 + label] += 5;
  return m;
}

test('planted scores come back as the wrong labels that they favour, first asked first', async () => {
  const feedback = new Feedback(await make(laggedLabel({ sharpness: 100 })), random(1));
  const into = new Uint16Array(4).fill(9);
  expect(feedback.take(1, into)).toBe(false);
  feedback.answer(scored([0, 1, 2], [1, 2, 0]));
  expect(feedback.take(4, into)).toBe(false);
  expect([...into]).toEqual([9, 9, 9, 9]);
  feedback.answer(scored([0, 0], [2, 1]));
  expect(feedback.take(4, into)).toBe(true);
  expect([...into]).toEqual([1, 2, 0, 2]);
  expect(feedback.take(1, into)).toBe(true);
  expect(into[0]).toBe(1);
  expect(feedback.take(1, into)).toBe(false);
});

test('it is there where the negatives ask for it, and those must be for the source to draw', async () => {
  expect(await feedbackOf(resolve(uniform))).toBeUndefined();
  expect(await feedbackOf(resolve(laggedGoodness))).toBeInstanceOf(Feedback);
  const asks = { purpose: 'goodness', lag: 1 } as const;
  const strange = { ...plan<never>(hardLabel().module, 'hard label'), asks };
  await expect(feedbackOf(resolve({ ...uniform, negatives: strange }))).rejects.toThrow(
    new RangeError("negatives 'hard label' that ask must be drawn by 'source'; got undefined"),
  );
});
