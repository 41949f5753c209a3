import type { z } from 'zod';
import { namedText, oneOf, text, whole, yesOrNo } from '../settings/fields.ts';
import { trainSettings } from '../settings/train-settings.ts';
import { arrivalNames } from './specs/arrivals-of.ts';
import { detectorNames } from './specs/detectors-of.ts';
import { overflowNames } from './specs/overflow-of.ts';
import { sourceNames } from './specs/source-of.ts';

/** How a stream is put under stress, each setting with its rule and its default. */
const stress = {
  source: namedText(
    'source',
    'mnist, fashion, video, sea, hyperplane, rbf, led, parity, agrawal, a file or -',
    sourceNames,
  )
    .default('mnist')
    .describe(
      'what streams: mnist, fashion or video (digits that move), a generator (sea, hyperplane, rbf, led, parity, agrawal), with options such as sea:noise=0.1; a file (CSV, NPY, JSON lines, gz too), follow:FILE as it grows, or - for standard input',
    ),
  classes: text('classes', 'a count, or names with commas between')
    .optional()
    .describe(
      'classes of a file, as a count where labels are 0, 1, 2 …, or as names: 10, or no,yes; left out, a file is read once before to find them',
    ),
  rate: text('rate', 'a rate, such as 2000/s')
    .optional()
    .describe(
      'samples that come per second, such as 2000/s; left out, a file or - comes as fast as it is read',
    ),
  arrivals: namedText('arrivals', 'a kind of arrivals', arrivalNames)
    .default('constant')
    .describe(
      'constant, poisson, bursts (MMPP-2), on-off (Pareto gaps), daily, with options such as bursts:ratio=5,share=0.1,lasts=200ms; or a file of times in seconds',
    ),
  duration: text('duration', 'a time, such as 10s')
    .optional()
    .describe(
      'time after which no more samples come, such as 10s or 24h (default: 10s, where count is left out too)',
    ),
  count: whole('count', 1, 'samples').optional().describe('samples after which no more come'),
  full: namedText('full', 'block, drop-newest, drop-oldest, sample or deadline:<time>', overflowNames)
    .default('block')
    .describe(
      'what happens when the queue is full: block (wait, lose nothing), drop-newest, drop-oldest, sample (a random one goes) or deadline:50ms',
    ),
  fullEdge: namedText('fullEdge', '[<stage>:]<what>', overflowNames)
    .optional()
    .describe(
      'the same for the edges between stages, may be repeated: drop-oldest for all of them, 1:sample for the one into stage 1; a microbatch lost there is lost for the stages above (default: block)',
    ),
  roomEdge: whole('roomEdge', 1, 'microbatches')
    .default(16)
    .describe('microbatches that may wait in front of an edge between stages that loses something'),
  room: whole('room', 1, 'microbatches')
    .default(16)
    .describe('microbatches that may wait in front of the pipeline'),
  shift: text('shift', '<when>@<sample>[:<what>]')
    .optional()
    .describe(
      'how the data change, may be repeated: abrupt@20000, gradual@20000/5000:pixels, incremental@20000/5000:gain=2, recurring@10000/10000:labels; labels unless said otherwise, else pixels, priors, classes (new ones) or gain=2',
    ),
  labelDelay: whole('labelDelay', 0, 'samples')
    .default(0)
    .describe('samples that come between a sample and its label: it is learned from so much later'),
  unusable: oneOf('unusable', ['refuse', 'drop'])
    .default('drop')
    .describe(
      'a sample that is not finite or has no class: counted and left out (drop), or the end (refuse)',
    ),
  scaling: oneOf('scaling', ['auto', 'none', 'running'])
    .default('auto')
    .describe(
      'features: running brings each to mean 0 and deviation 1 of what was learned from before, none leaves them; auto is running for generators of floats and files, none for images',
    ),
  detectors: namedText('detectors', 'names with commas between, or none', ['none', ...detectorNames])
    .default('adwin,ddm,pageHinkley')
    .describe(
      'what watches the error and each layer for a change: adwin, ddm, eddm, hddmA, hddmW, kswin, pageHinkley, or none',
    ),
  faults: text('faults', 'a file or random:<seed>')
    .optional()
    .describe('what is broken on purpose: a plan in a JSON file, or random:1'),
  supervise: yesOrNo('supervise')
    .optional()
    .describe('restart threads that die, from their checkpoints (default: with faults)'),
  checkpointEvery: whole('checkpointEvery', 1, 'microbatches')
    .default(50)
    .describe('microbatches between two checkpoints'),
  restarts: whole('restarts', 0)
    .default(3)
    .describe('restarts of a thread within a minute: one more ends the run'),
  gate: text('gate', '<figure><or><number>')
    .optional()
    .describe(
      'what must hold, may be repeated: p99<50ms, lost=0, accuracy>0.9; if one does not the exit status is 1',
    ),
  warmup: text('warmup', 'a time').default('0s').describe('time at the beginning that latencies leave out'),
  timing: yesOrNo('timing')
    .default(false)
    .describe('with --runtime virtual: no arithmetic, nothing is learned; times and counts alone'),
};

/** Those of `train`, but for what only a run over a dataset has, or means something else here. */
export const stressSettings = trainSettings
  .omit({
    data: true,
    scale: true,
    testSplit: true,
    epochs: true,
    microbatches: true,
    limit: true,
    heldOut: true,
    evaluateEvery: true,
    prequential: true,
    running: true,
    seeds: true,
    init: true,
    shift: true,
    inputDropout: true,
    labelPlace: true,
    checkpointEvery: true,
    constantFor: true,
    decay: true,
  })
  .extend(stress);
export type StressSettings = z.infer<typeof stressSettings>;

/** The gates that settings name. */
export function gatesIn({ gate }: StressSettings): string[] {
  return gate?.split(';') ?? [];
}
