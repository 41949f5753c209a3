import { barChart } from '../../../src/report/charts/bar-chart.ts';
import { lineChart } from '../../../src/report/charts/line-chart.ts';
import { quietWindow } from '../quiet-window.ts';
import { runsSvg } from '../run-svg.ts';
import type { Watched, WatchedRun } from './watched-file.ts';

/** A picture of what an example did, with the words that stand for it where it isn't seen. */
export interface Picture {
  readonly shows: string;
  readonly draw: (watched: Watched) => string | Promise<string>;
}

/** A picture for each example that runs something. */
export const pictures: Readonly<Record<string, Picture>> = {
  'stream.ts': {
    shows: 'Two stages of a stream: both learn at the same time',
    draw: ({ runs }) => timelines(runs, 4, 30),
  },
  'own-members.ts': {
    shows: 'Two stages of a stream with the sampler and the measure of their own',
    draw: ({ runs }) => timelines(runs, 4, 4),
  },
  'backprop-schedules.ts': {
    shows:
      'The ops of four schedules in the order in which one thread runs them: five microbatches and an update',
    draw: ({ runs }) => orders(runs, 5),
  },
  'resume.ts': {
    shows:
      'The loss of the whole run, and of the one that goes on from a checkpoint, which lies on the first',
    draw: ({ runs: [whole, , rest] }) => losses(whole, rest),
  },
  'held-out-curve.ts': {
    shows: 'Accuracy on the samples held out, epoch by epoch',
    draw: ({ runs: [run] }) => {
      const held = run.predictions.filter(({ of }) => of === 'held');
      const epochs = [...new Set(held.map(({ epoch }) => epoch))];
      const points = epochs.map((epoch) => ({
        x: epoch,
        y: accuracyOf(held.filter((prediction) => prediction.epoch === epoch)),
      }));
      const series = [{ name: 'held out', points }];
      return lineChart({
        ...{ title: 'Accuracy on what is held out', x: { label: 'epoch' }, y: { label: 'accuracy' } },
        series,
      });
    },
  },
  'endless.ts': {
    shows: 'The accuracy of samples predicted before they are learned from rises along the stream',
    draw: ({ runs }) => running(runs[0], 200, 'Each sample predicted, then learned from'),
  },
  'stream-shift.ts': {
    shows: 'Accuracy along the stream falls where the labels change their meaning, and comes back',
    draw: ({ runs }) =>
      running(runs[runs.length - 1], 200, 'Labels change their meaning', [{ x: 4000, name: 'shift' }]),
  },
  'virtual-time.ts': {
    shows: 'What a slow device costs a stream, and what it costs 1F1B',
    draw: ({ simulations }) =>
      barChart({
        title: 'Eight devices, one of them 1.5 times slower',
        label: 'microbatches/s',
        bars: simulations.map(({ schedule, slow, throughput }) => ({
          name: `${schedule}, ${slow ? 'slow third device' : 'even'}`,
          value: throughput,
        })),
      }),
  },
};

/** Runs one below the other, each over its quietest microbatches. */
function timelines(runs: readonly WatchedRun[], shown: number, from: number): string {
  const windows = runs.map(({ ops }) => quietWindow(ops, shown, from));
  const drawn = windows.map(({ ops }, i) => ({
    ...{ title: runs[i].schedule, stages: runs[i].stages, ops },
  }));
  return runsSvg(drawn, Math.max(...windows.map(({ lasts }) => lasts)));
}

/** The ops of the first flush of each run, one after another, each as wide as the others. */
function orders(runs: readonly WatchedRun[], flush: number): string {
  const drawn = runs.map(({ schedule, stages, ops }) => {
    const first = ops.filter(({ microbatch }) => microbatch < flush);
    const inOrder = first.toSorted((a, b) => a.start - b.start);
    return { title: schedule, stages, ops: inOrder.map((op, i) => ({ ...op, start: i, end: i + 1 })) };
  });
  const most = Math.max(...drawn.map(({ ops }) => ops.length));
  const marks = [0, 10, 20, 30, 40].filter((at) => at < most).map((at) => ({ at, text: `op ${at}` }));
  return runsSvg(drawn, most, marks);
}

/** The loss of the first layer, microbatch by microbatch, of a run and of one that goes on from a checkpoint. */
function losses(whole: WatchedRun, rest: WatchedRun): Promise<string> {
  const points = ({ ops }: WatchedRun) =>
    ops
      .filter(({ stage, loss }) => stage === 0 && loss !== undefined)
      .map(({ microbatch, loss }) => ({ x: microbatch, y: loss ?? Number.NaN }));
  return lineChart({
    title: 'Stopped, and gone on from its checkpoint',
    ...{ x: { label: 'microbatch' }, y: { label: 'loss of the first layer' } },
    marks: [{ x: rest.from, name: 'checkpoint' }],
    series: [
      { name: 'not stopped', points: points(whole) },
      { name: 'goes on', points: points(rest) },
    ],
  });
}

/** Accuracy over blocks of samples that are predicted before they are learned from. */
function running(
  run: WatchedRun,
  block: number,
  title: string,
  marks: readonly { readonly x: number; readonly name: string }[] = [],
): Promise<string> {
  const seen = run.predictions.filter(({ of }) => of === 'running');
  const points: { x: number; y: number }[] = [];
  for (let begin = 0, samples = 0; begin < seen.length; ) {
    let [end, rows] = [begin, 0];
    while (end < seen.length && rows < block) rows += seen[end++].rows;
    samples += rows;
    points.push({ x: samples, y: accuracyOf(seen.slice(begin, end)) });
    begin = end;
  }
  const axes = { x: { label: 'samples' }, y: { label: `accuracy of the last ${block}` } };
  return lineChart({ title, ...axes, marks, series: [{ name: 'predicted first', points }] });
}

function accuracyOf(predictions: readonly { readonly rows: number; readonly correct: number }[]): number {
  const rows = predictions.reduce((sum, prediction) => sum + prediction.rows, 0);
  return predictions.reduce((sum, { correct }) => sum + correct, 0) / rows;
}
