import { lastValueFrom } from 'rxjs';
import { make } from '../src/extend.ts';
import {
  type Dataset,
  type DatasetPipeline,
  heldOutAccuracy,
  inline,
  measure,
  type Runtime,
  run,
  type TraceEvent,
  testAccuracy,
} from '../src/index.ts';
import type { Schedule } from '../src/simulation.ts';
import { learnedAt } from './windows.ts';

/** trainings are taken up again behind so many epochs, so that one that has come to its accuracy is not gone on with */
const leg = 5;

/** A point of a training's curve. */
export interface CurvePoint {
  readonly epochs: number;
  /** wall time of learning until then: predictions take none of it */
  readonly seconds: number;
  /** on the 10,000 test images, 0 to 1 */
  readonly accuracy: number;
}

/** What is trained, in so many epochs at most: its optimiser's horizon must be stated, or each leg would be a training by itself. */
export type Curved = DatasetPipeline & { readonly epochs: number; readonly microbatch: number };

interface Goal {
  readonly test: Dataset;
  /** accuracy at which the curve ends, 0 to 1 */
  readonly until: number;
}

/**
 * Test accuracy over the time of learning alone. Every half epoch a checkpoint is taken; the test set is predicted from it
 * once learning stands still. Where a schedule keeps weights aside there are no checkpoints: there every epoch is timed in one
 * training and predicted in another of the same seed, whose weights are the same to the bit.
 */
export async function curveOf(pipeline: Curved, runtime: Runtime, goal: Goal): Promise<CurvePoint[]> {
  const schedule = await make<Schedule>(pipeline.schedule);
  return schedule.stashes ? curveOfTwo(pipeline, runtime, goal) : curveInLegs(pipeline, runtime, goal);
}

async function curveInLegs(pipeline: Curved, runtime: Runtime, { test, until }: Goal): Promise<CurvePoint[]> {
  const perEpoch = Math.ceil(pipeline.samples.count / pipeline.microbatch);
  const checkpointEvery = Math.ceil(perEpoch / 2);
  const curve: CurvePoint[] = [];
  let from: Checkpoint | undefined;
  let before = 0;
  for (let epoch = 0; epoch < pipeline.epochs; epoch += leg) {
    const microbatches = perEpoch * Math.min(pipeline.epochs, epoch + leg);
    const trace = run({ ...pipeline, microbatches }, runtime, { checkpointEvery, from });
    const { times, checkpoints } = await lastValueFrom(
      trace.pipe(measure({ times: learningTimes, checkpoints: takenCheckpoints })),
    );
    for (const checkpoint of checkpoints) {
      // updates are counted from where the leg began
      const seconds = before + times(checkpoint.microbatch - (from?.microbatch ?? 0));
      const accuracy = await accuracyAt(pipeline, test, checkpoint);
      curve.push({ epochs: checkpoint.microbatch / perEpoch, seconds, accuracy });
      if (accuracy >= until) return curve;
    }
    from = checkpoints[checkpoints.length - 1];
    before = curve[curve.length - 1].seconds;
  }
  return curve;
}

async function curveOfTwo(pipeline: Curved, runtime: Runtime, { test, until }: Goal): Promise<CurvePoint[]> {
  const perEpoch = Math.ceil(pipeline.samples.count / pipeline.microbatch);
  const { times } = await lastValueFrom(run(pipeline, runtime).pipe(measure({ times: learningTimes })));
  const predicted = run({ ...pipeline, heldOut: { samples: test, every: 1 } }, runtime);
  const { held } = await lastValueFrom(predicted.pipe(measure({ held: heldOutAccuracy })));
  const curve = held.map(({ epoch, accuracy = 0 }) => ({
    ...{ epochs: epoch, seconds: times(epoch * perEpoch), accuracy },
  }));
  const reached = curve.findIndex(({ accuracy }) => accuracy >= until);
  return reached < 0 ? curve : curve.slice(0, reached + 1);
}

type Checkpoint = Extract<TraceEvent, { readonly kind: 'checkpoint' }>;

function takenCheckpoints() {
  const checkpoints: Checkpoint[] = [];
  return {
    add(event: TraceEvent) {
      if (event.kind === 'checkpoint') checkpoints.push(event);
    },
    value: () => checkpoints,
  };
}

/** Seconds from the first arrival to when every stage has learned from so many microbatches of this run. */
function learningTimes() {
  const stages = new Map<number, { updates: { end: number; learned: number }[] }>();
  let first: number | undefined;
  return {
    add(event: TraceEvent) {
      if (event.kind === 'arrival') first ??= event.start;
      if (event.kind !== 'op' || event.op !== 'U') return;
      const { updates } = stages.get(event.stage) ?? { updates: [] };
      stages.set(event.stage, { updates });
      // microbatches that only predict have numbers too, so those that learn are counted
      updates.push({ end: event.end, learned: event.written });
    },
    value: () => (microbatches: number) => (learnedAt(stages, microbatches) - (first ?? 0)) / 1e9,
  };
}

/** Goes on from a checkpoint with nothing more to learn: the test set alone. */
async function accuracyAt(pipeline: Curved, test: Dataset, from: Checkpoint): Promise<number> {
  const rest = { ...pipeline, test, microbatches: from.microbatch };
  const { seen } = await lastValueFrom(run(rest, inline(), { from }).pipe(measure({ seen: testAccuracy })));
  return seen.accuracy as number;
}
