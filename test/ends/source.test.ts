import { describe, expect, it, test } from 'vitest';
import { translate } from '../../src/augmentations/translate.ts';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import type { State } from '../../src/core/state.ts';
import { dataset } from '../../src/data/dataset.ts';
import { endless } from '../../src/data/endless.ts';
import { copy, type Microbatch, microbatch, type Shape } from '../../src/data/microbatch.ts';
import { Source, type SourceEvents } from '../../src/ends/source.ts';
import { WrongLabels } from '../../src/ends/wrong-labels.ts';
import { scoresOf } from '../../src/graph/shapes.ts';
import { plainKernels } from '../../src/kernels/plain.ts';
import { laggedLabel } from '../../src/negatives/lagged-label.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { resolve } from '../../src/pipeline/resolve.ts';
import { localChannel } from '../../src/work/channels/local-channel.ts';
import { room, simdPlace } from '../kernels/workplace.ts';
import { uniform as wide } from '../runtimes/runs.ts';

/** 46 images of 4 × 4 pixels. */
const images = Uint8Array.from({ length: 46 * 16 }, (_, i) => (i * i + 3 * i) % 256);
const samples = dataset({
  ...{
    name: 'small',
    width: 16,
    classes: 10,
    images,
    labels: Uint8Array.from({ length: 46 }, (_, i) => i % 10),
  },
});
const uniform: Pipeline = { ...wide, samples, test: undefined, microbatch: 4 };

/** Ten classes in four numbers beyond their label pixels, drawn. */
const noise = endless({
  ...{ name: 'noise', width: 16, classes: 10 },
  sample(index, draw, into) {
    for (let j = 0; j < into.length; j++) into[j] = draw.uniform();
    return (7 * index) % 10;
  },
});

const shapeOf = ({ samples, microbatch: rows = 100 }: Pipeline): Shape => ({
  ...{ rows, goodnessRows: 4, width: samples.width, streams: 1, candidates: 1, features: 0 },
  classes: samples.classes,
});

/** What left the source, as it was. */
interface Sent extends Pick<Microbatch, 'sequence' | 'purpose' | 'reason' | 'epoch' | 'rows'> {
  readonly numbers: string;
}

function told({ sequence, purpose, reason, epoch, rows, ...arrays }: Microbatch): Sent {
  const { ids, labels, wrong, amplitude, activity, shape } = arrays;
  const learned = purpose === 'learn' ? [...wrong.subarray(0, rows)] : [];
  const numbers = [
    ...[ids, labels, amplitude].map((lane) => lane.subarray(0, rows).join()),
    ...[learned.join(), activity.subarray(0, rows * shape.width).join()],
  ].join(' ');
  return { sequence, purpose, reason, epoch, rows, numbers };
}

interface Joined {
  readonly source: Source;
  readonly sent: Sent[];
  /** takes microbatches off the entry until there are none */
  drain(until?: (sent: readonly Sent[]) => boolean): void;
}

/** A source whose microbatches are recorded, and whose questions are answered only when it can send no more. */
async function sourceOf(
  pipeline: Pipeline,
  events: Pick<SourceEvents, 'snapshot'> = {},
  capacity = 2,
): Promise<Joined> {
  const resolved = resolve(pipeline, plainKernels());
  const shape = shapeOf(pipeline);
  const entry = localChannel({ capacity, slot: () => room(shape) });
  const scores = localChannel({ capacity: 1, slot: () => microbatch(scoresOf(shape)) });
  const { negatives, seed } = resolved;
  const stream = random(seed).fork('source').fork('negatives');
  const wrongLabels = negatives?.asks && new WrongLabels(await make(negatives), stream, scores.receiver);
  const failures: unknown[] = [];
  const source = new Source(
    resolved,
    {
      entry: entry.sender,
      shape,
      workplace: simdPlace,
      clock: () => 0,
      wrongLabels,
    },
    {
      sent: () => {},
      failed: (error) => failures.push(error),
      ...events,
    },
  );
  const sent: Sent[] = [];
  const questions: Microbatch[] = [];
  entry.receiver.microbatches.subscribe((m) => {
    sent.push(told(m));
    if (m.reason !== 'negatives') return;
    const question = microbatch(shape);
    copy(m, question);
    questions.push(question);
  });
  const answer = (question: Microbatch): void => {
    const slot = scores.sender.claim() as Microbatch;
    copy({ ...question, ...pickHeader(question), activity: slot.activity }, slot);
    const { rows, ids } = question;
    for (let i = 0; i < rows * shape.classes; i++) slot.scores[i] = Math.sin(ids[i % rows] * (1 + i));
    scores.sender.send();
  };
  let taken = 0;
  return {
    source,
    sent,
    drain(until = () => false) {
      while (!until(sent)) {
        entry.receiver.poll();
        if (taken < sent.length) {
          taken++;
          entry.receiver.giveBack();
        } else if (questions.length > 0) answer(questions.shift() as Microbatch);
        else break;
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}

const pickHeader = ({ sequence, purpose, reason, epoch, rows }: Microbatch) => ({
  ...{ sequence, purpose, reason, epoch, rows },
});

async function sentBy(pipeline: Pipeline, capacity = 2): Promise<Sent[]> {
  const { source, sent, drain } = await sourceOf(pipeline, {}, capacity);
  source.start();
  drain();
  return sent;
}

const learns = (sent: readonly Sent[]) => sent.filter(({ purpose }) => purpose === 'learn');

const heldOut = { samples, every: 1 };
const pipelines: readonly [string, Pipeline][] = [
  [
    'epochs with augmentation and dropout',
    { ...uniform, augmentation: translate(), inputDropout: 0.2, epochs: 3 },
  ],
  ['what is held out and running predictions', { ...uniform, heldOut, epochs: 3, runningEvery: 4 }],
  ['every sample predicted', { ...uniform, epochs: 2, runningEvery: 0, prequential: true }],
  ...[0, 1, 5].map((lag): [string, Pipeline] => [
    `wrong labels that are drawn from scores, lag ${lag}`,
    { ...uniform, augmentation: translate(), epochs: 2, negatives: laggedLabel({ lag }) },
  ]),
  [
    'a part of an endless stream',
    { ...uniform, samples: noise, test: undefined, microbatches: 25, inputDropout: 0.1, microbatch: 7 },
  ],
];

describe.each(pipelines)('%s', (_name, pipeline) => {
  it('go on from any state to the bits of a source that was not interrupted', {
    timeout: 60_000,
  }, async () => {
    const states = new Map<number, State>();
    const { source, sent, drain } = await sourceOf(pipeline, {
      snapshot: (k, state) => states.set(k, state),
    });
    source.start();
    drain();
    const total = learns(sent).length;
    expect([...states.keys()]).toEqual(Array.from({ length: total + 1 }, (_, k) => k));
    for (const [k, state] of states) {
      if (k % 3 !== 0 && k < total - 3) continue;
      const again = await sourceOf(pipeline, {}, 5);
      again.source.restore(k, structuredClone(state));
      again.source.start();
      again.drain();
      const last = k === 0 ? -1 : sent.indexOf(learns(sent)[k - 1]);
      expect(again.sent).toEqual(sent.slice(last + 1));
    }
  });

  it('does not depend on the capacity', async () => {
    expect(await sentBy(pipeline, 1)).toEqual(await sentBy(pipeline, 40));
  });
});

test('a state of another microbatch is refused', async () => {
  let state: State = {};
  const first = await sourceOf(uniform, {
    snapshot: (k, told) => {
      if (k === 3) state = told;
    },
  });
  first.source.start();
  first.drain();
  const { source } = await sourceOf(uniform);
  expect(() => source.restore(4, state)).toThrow(
    new RangeError('microbatch of the state of the source must be 4; got 3'),
  );
  expect(() => source.restore(3, {})).toThrow(
    new RangeError("state 'position' must be an array of 2 numbers; got 'none'"),
  );
});

test.each([
  [1, 4],
  [3, 6],
  [8, 8],
  [50, 50],
])(
  'stopped at a multiple of %i after 4 learning microbatches, it ends after %i',
  async (atMultipleOf, ends) => {
    for (const negatives of [uniform.negatives, laggedLabel({ lag: 2 })]) {
      const { source, sent, drain } = await sourceOf({ ...uniform, epochs: 5, negatives }, {}, 1);
      source.start();
      drain((all) => learns(all).length === 4);
      // one lies on the entry already
      source.stop({ atMultipleOf });
      drain();
      expect(learns(sent).length).toBe(atMultipleOf === 1 ? learns(sent).length : ends);
      expect(learns(sent).length).toBeLessThanOrEqual(Math.max(5, ends));
    }
  },
);

test('each sample of an endless stream is its own, and its label is checked', async () => {
  const sent = await sentBy({ ...uniform, samples: noise, test: undefined, microbatches: 3, microbatch: 4 });
  expect(learns(sent).map(({ numbers }) => numbers.split(' ')[0])).toEqual([
    '0,1,2,3',
    '4,5,6,7',
    '8,9,10,11',
  ]);
  expect(new Set(learns(sent).map(({ numbers }) => numbers)).size).toBe(3);
  const odd = endless({ ...noise, name: 'odd', sample: (index) => (index === 5 ? 10 : 0) });
  await expect(
    sentBy({ ...uniform, samples: odd, test: undefined, microbatches: 3, microbatch: 4 }),
  ).rejects.toThrow('source, microbatch 2: label of sample 5 of odd must be a class from 0 to 9; got 10');
});
