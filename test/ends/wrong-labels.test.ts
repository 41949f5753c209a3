import { expect, test } from 'vitest';
import { make, plan } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import type { State } from '../../src/core/state.ts';
import { microbatch } from '../../src/data/microbatch.ts';
import { WrongLabels, wrongLabelsOf } from '../../src/ends/wrong-labels.ts';
import { plainKernels } from '../../src/kernels/plain.ts';
import { hardLabel } from '../../src/negatives/hard-label.ts';
import { laggedLabel } from '../../src/negatives/lagged-label.ts';
import type { Negatives } from '../../src/negatives/negative.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { resolve as wholeWith } from '../../src/pipeline/resolve.ts';
import { localChannel } from '../../src/work/channels/local-channel.ts';
import { laggedGoodness, uniform } from '../runtimes/runs.ts';

const resolve = (pipeline: Pipeline) => wholeWith(pipeline, plainKernels());

const shape = {
  ...{ rows: 4, goodnessRows: 4, width: 0, streams: 0, candidates: 0, features: 0, classes: 3 },
};

const sharp = await make(laggedLabel({ sharpness: 100 }));

/** Wrong labels at the end of a scores edge of some capacity, and a way to send scores over it. */
function edge(negatives: Negatives = sharp, capacity = 1, draw = random(1)) {
  const { sender, receiver } = localChannel({ capacity, slot: () => microbatch(shape) });
  const failures: string[] = [];
  let woken = 0;
  const labels = new WrongLabels(negatives, draw, receiver);
  const start = (): void =>
    labels.start(
      () => woken++,
      (error, sequence) => failures.push(`${sequence}: ${(error as Error).message}`),
    );
  let sequence = 0;
  /** Sends scores that leave no doubt: `favoured` by far the greatest, but for the truth. */
  const send = (truth: readonly number[], favoured: readonly number[]): void => {
    const m = sender.claim();
    if (m === undefined) throw new Error('the channel is full');
    Object.assign(m, { sequence: sequence++, purpose: 'goodness', rows: truth.length });
    m.labels.set(truth);
    m.scores.fill(0);
    for (const [r, label] of truth.entries()) m.scores[r * 3 + label] = 9;
    for (const [r, label] of favoured.entries()) m.scores[r * 3 + label] += 5;
    sender.send();
  };
  return { labels, start, send, failures, woken: () => woken };
}

test('planted scores come back as the wrong labels that they favour, first asked first', () => {
  const { labels, start, send, woken } = edge();
  start();
  const into = new Uint16Array(4).fill(9);
  expect(labels.take(1, into)).toBe(false);
  send([0, 1, 2], [1, 2, 0]);
  expect(labels.take(4, into)).toBe(false);
  expect([...into]).toEqual([9, 9, 9, 9]);
  send([0, 0], [2, 1]);
  expect(woken()).toBe(2);
  expect(labels.take(4, into)).toBe(true);
  expect([...into]).toEqual([1, 2, 0, 2]);
  expect(labels.take(1, into)).toBe(true);
  expect(into[0]).toBe(1);
  expect(labels.take(1, into)).toBe(false);
});

test('scores that were sent before it starts are not lost', () => {
  const { labels, start, send } = edge(sharp, 3);
  for (let i = 0; i < 3; i++) send([0], [1]);
  start();
  expect(labels.take(3, new Uint16Array(4))).toBe(true);
});

test('a state is complete once all that was asked is answered, and the draws go on from it to the same labels', () => {
  const uniformly: Negatives = {
    ...sharp,
    draw(truth, rows, classes, _opinion, draw, into) {
      for (let r = 0; r < rows; r++) into[r] = (truth[r] + 1 + draw.whole(classes - 1)) % classes;
    },
  };
  const { labels, start, send } = edge(uniformly);
  start();
  labels.ask(2);
  send([0, 1], []);
  labels.ask(3); // under way when the state is asked for
  let state: State | undefined;
  labels.snapshot((complete) => {
    state = complete;
  });
  labels.ask(2); // asked later: no part of it
  const all: number[] = [];
  const take = (from: WrongLabels, rows: number): number[] => {
    const into = new Uint16Array(4);
    expect(from.take(rows, into)).toBe(true);
    return [...into.subarray(0, rows)];
  };
  all.push(...take(labels, 2));
  expect(state).toBeUndefined();
  send([2, 2, 2], []);
  expect(state).toBeDefined();
  send([1, 0], []);
  all.push(...take(labels, 3), ...take(labels, 2));

  const again = edge(uniformly, 1, random(99));
  again.labels.restore(state as State);
  again.start();
  again.send([1, 0], []);
  expect([...take(again.labels, 2), ...take(again.labels, 3), ...take(again.labels, 2)]).toEqual(all);
});

test.each([
  ['the true one', 2],
  ['no class', 3],
])('a label that is %s is refused', (_name, label) => {
  const { start, send, failures } = edge({
    ...sharp,
    name: 'odd',
    draw: (_truth, rows, _classes, _opinion, _random, into) => into.fill(label, 0, rows),
  });
  start();
  send([2], []);
  expect(failures).toEqual([
    `0: wrong label drawn by negatives 'odd' must be a class from 0 to 2 other than the true one, 2; got ${label}`,
  ]);
});

test('it is there where the negatives ask for it, and those must be for the source to draw', async () => {
  const { receiver } = localChannel({ capacity: 1, slot: () => microbatch(shape) });
  expect(await wrongLabelsOf(resolve(uniform), receiver)).toBeUndefined();
  expect(await wrongLabelsOf(resolve(laggedGoodness), receiver)).toBeInstanceOf(WrongLabels);
  await expect(wrongLabelsOf(resolve(laggedGoodness), undefined)).rejects.toThrow(
    "negatives 'lagged label (goodness, lag 3)' must be given a scores edge; got none",
  );
  const asks = { purpose: 'goodness', lag: 1 } as const;
  const strange = { ...plan<never>(hardLabel().module, 'hard label'), asks };
  await expect(wrongLabelsOf(resolve({ ...uniform, negatives: strange }), receiver)).rejects.toThrow(
    new RangeError(
      "negatives 'hard label' must be drawn by 'source' where the plan has `asks`; got undefined",
    ),
  );
});
