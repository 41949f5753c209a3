import type { ChannelReceiver } from '../../work/channels/channel.ts';
import type { Taken } from '../../work/checkpoints/state-taker.ts';
import type { Stage } from '../../work/stage.ts';
import type { Reporter } from '../reporter.ts';
import { RetainedReceiver } from '../retained/receiver.ts';
import { predictionsUntold } from './retention.ts';

interface Watched {
  readonly stage: Stage;
  /** microbatches of this run behind the newest state that was handed over */
  learned: number;
  predicted: number;
}

/**
 * Hands the states of a device's stages over, behind the events of the ops that led to them, and says on the edges into the
 * device what they cover: what all of its stages have handed over, for they begin anew together.
 */
export class Handover {
  private readonly reporter: Reporter;
  private readonly stages: Watched[] = [];
  private readonly waiting: (() => void)[] = [];
  private covered = 0;

  constructor(reporter: Reporter) {
    this.reporter = reporter;
  }

  /** A device that begins anew does so from the states that it has handed over. */
  join(stage: Stage): void {
    const { learned, predicted } = stage.plan.begun;
    this.covered = learned;
    this.stages.push({ stage, learned, predicted });
    this.reporter.flushed = () => this.coverPredictions();
  }

  /** A stage's state has been taken in the middle of an op. */
  take(stage: number, taken: Taken): void {
    this.waiting.push(() => this.send(stage, taken));
  }

  /** An op has been told. */
  opDone(): void {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) next();
    for (const { stage, predicted } of this.stages)
      if (stage.plan.keepEvery !== undefined && stage.predicted - predicted >= predictionsUntold)
        this.reporter.flush();
  }

  private send(stage: number, taken: Taken): void {
    // a checkpoint of the run counts what was told before it
    this.reporter.flush();
    this.reporter.send({ type: 'state', stage, ...taken });
    const one = this.stages.find(({ stage: { plan } }) => plan.stage === stage);
    if (one === undefined || !taken.forRestart) return;
    one.learned = taken.count - one.stage.plan.from;
    const common = Math.min(...this.stages.map(({ learned }) => learned));
    if (common <= this.covered) return;
    this.covered = common;
    for (const { stage } of this.stages) {
      const { activityIn, gradientIn, topDownIn } = stage.channels.ends;
      cover(activityIn, 0, common);
      cover(gradientIn, 0, common);
      // it hears of the microbatch before
      cover(topDownIn, 0, common - 1);
    }
  }

  private coverPredictions(): void {
    for (const one of this.stages) {
      if (one.predicted === one.stage.predicted) continue;
      one.predicted = one.stage.predicted;
      cover(one.stage.channels.ends.activityIn, 1, one.predicted);
    }
  }
}

function cover(end: ChannelReceiver | undefined, row: 0 | 1, count: number): void {
  if (end instanceof RetainedReceiver) end.cover(row, count);
}
