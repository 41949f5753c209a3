import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { Arena } from '../../src/core/memory/arena.ts';
import type { PredictionEvent } from '../../src/core/trace.ts';
import { type Microbatch, microbatch, type Reason, type Shape } from '../../src/data/microbatch.ts';
import { Sink, type SinkEvents } from '../../src/ends/sink.ts';
import { LinkReceiver, LinkSender, planLink } from '../../src/threads/link.ts';
import { localChannel } from '../../src/work/channels/local-channel.ts';
import { StageError } from '../../src/work/stage-error.ts';

const shape: Shape = {
  rows: 3,
  goodnessRows: 1,
  width: 0,
  streams: 0,
  candidates: 0,
  features: 0,
  classes: 4,
};

const arena = Arena.over();

interface Asked {
  readonly reason: Reason;
  readonly epoch: number;
}

function sinkOf(
  events: Partial<SinkEvents>,
  askedFor = (_: number): Asked => ({ reason: 'running', epoch: 0 }),
  capacity = 1,
) {
  const plan = planLink('link out of the pipeline', shape, 2, arena);
  const { port1, port2 } = new MessageChannel();
  const sender = new LinkSender({ plan, port: port1 }, arena);
  const none = () => {};
  const scores = localChannel({ capacity, slot: () => microbatch(shape) });
  const exit = new LinkReceiver({ plan, port: port2 }, arena);
  const sink = new Sink(
    { exit, scores: scores.sender, clock: () => 0 },
    { scored: none, failed: none, complete: none, ...events },
  );
  let sequence = 0;
  /** sends one row a label, which its scores favour by what `favours` says */
  const send = (labels: readonly number[], favours: readonly number[], value = 1): void => {
    const slot = sender.claim();
    if (slot === undefined) throw new Error('the link is full');
    Object.assign(slot, { sequence, purpose: 'onePass', rows: labels.length, ...askedFor(sequence) });
    slot.ids.set(labels.map((_, row) => 100 * sequence + row));
    sequence++;
    slot.labels.set(labels);
    slot.scores.fill(0);
    for (const [row, label] of favours.entries()) slot.scores[row * shape.classes + label] = value;
    sender.send();
  };
  const release = () => {
    sender.release();
    sink.release();
  };
  return { sink, sender, send, release, scores: scores.receiver };
}

test('what scores highest is predicted and compared with the truth; the test set is told from running samples', () => {
  const seen: PredictionEvent[] = [];
  const { sink, send, release } = sinkOf({ scored: (event) => seen.push(event) }, (m) =>
    m === 1 ? { reason: 'test', epoch: 3 } : { reason: 'running', epoch: 2 },
  );
  send([0, 3, 2], [0, 1, 2]);
  send([1], [1]);
  sink.start();
  expect(seen).toMatchObject([
    {
      microbatch: 0,
      of: 'running',
      epoch: 2,
      rows: 3,
      correct: 2,
      predicted: Uint8Array.of(0, 1, 2),
      truth: Uint8Array.of(0, 3, 2),
      ids: Float64Array.of(0, 1, 2),
    },
    {
      microbatch: 1,
      of: 'test',
      epoch: 3,
      rows: 1,
      correct: 1,
      predicted: Uint8Array.of(1),
      truth: Uint8Array.of(1),
      ids: Float64Array.of(100),
    },
  ]);
  release();
});

test('scores that were only asked for go back over the scores edge and are no predictions; without credit they wait, and all behind them', () => {
  const back: Microbatch[] = [];
  const seen: PredictionEvent[] = [];
  const { sink, send, release, scores } = sinkOf({ scored: (event) => seen.push(event) }, (m) => ({
    reason: m < 2 ? 'negatives' : 'running',
    epoch: 0,
  }));
  scores.microbatches.subscribe((microbatch) => back.push(microbatch));
  send([3, 1], [2, 0], 5);
  send([2], [3]);
  sink.start();
  send([1], [1]);
  scores.poll();
  const told = ({ sequence, rows, scores, labels }: Microbatch) => [
    sequence,
    rows,
    [...labels],
    [...scores.subarray(0, 4)],
  ];
  expect(back.map(told)).toEqual([[0, 2, [3, 1, 0], [0, 0, 5, 0]]]);
  expect(seen).toEqual([]);
  scores.giveBack();
  scores.poll();
  expect(told(back[1])).toEqual([1, 1, [2, 1, 0].with(1, back[1].labels[1]), [0, 0, 0, 1]]);
  release();
});

test('a sender that always keeps up does not grow the stack', () => {
  let scored = 0;
  const { sink, send, release } = sinkOf({
    scored: () => {
      if (++scored < 50_000) send([0], [0]);
    },
  });
  send([0], [0]);
  sink.start();
  expect(scored).toBe(50_000);
  release();
});

test('scores that are not finite fail with their microbatch', () => {
  const errors: StageError[] = [];
  const { sink, send, release } = sinkOf({ failed: (error) => errors.push(error) });
  send([0], [1]);
  send([0], [1], Number.NaN);
  sink.start();
  expect(errors.map(({ message }) => message)).toEqual([
    'sink, microbatch 1: scores must be finite; got NaN',
  ]);
  expect(errors[0]).toBeInstanceOf(StageError);
  expect(errors[0].place).toEqual({ stage: 'sink', microbatch: 1 });
  release();
});

test('it is complete once the sender has closed and all is scored', async () => {
  let scored = 0;
  const over = new Promise<number>((resolve) => {
    const { sink, sender, send } = sinkOf({ scored: () => scored++, complete: () => resolve(scored) });
    sink.start();
    send([0], [0]);
    send([1], [1]);
    sender.close();
  });
  expect(await over).toBe(2);
});
